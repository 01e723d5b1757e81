-- What the cover prints, the same in every format: the plan's metadata made ready for the three templates.

local M = {}

local function text(value) return value and pandoc.utils.stringify(value) or nil end

-- A long title breaks after the unit's name; a period in brackets at its end stands on a line of its own.
local function title_lines(title, unit, period)
  local own = title:match '^.-（([^（）]*%d%d%d%d[^（）]*)）$'
  local name = own and title:sub(1, #title - #own - #'（）') or title
  local lines = { name }
  if unit and unit ~= '' and utf8.len(name) > 14 and name:sub(1, #unit) == unit and name ~= unit then
    lines = { unit, name:sub(#unit + 1) }
  end
  return lines, own or period
end

-- Who signs for the document, in its properties.
local function authors(meta, plan)
  local names = text(plan.compiler) or text(plan.client)
  local out = pandoc.List()
  if names then out:insert(names) end
  if #out == 0 and pandoc.utils.type(meta.author) == 'List' then
    for _, one in ipairs(meta.author) do out:insert(text(one)) end
  elseif #out == 0 then
    out:insert(text(meta.author))
  end
  if not FORMAT:match 'typst' then return out end
  return out:map(function(name) return pandoc.Inlines { pandoc.RawInline('typst', '"' .. name:gsub('[\\"]', '\\%0') .. '"') } end)
end

-- What params ask of type and margins, as plan.typ takes it: names of families in quotes, measures bare.
local function look(asked)
  if not asked then return nil end
  local out = {}
  for _, key in ipairs { 'body', 'heading', 'latin' } do
    if asked[key] then out[#out + 1] = ('%s: "%s"'):format(key, text(asked[key]):gsub('[\\"]', '\\%0')) end
  end
  for _, key in ipairs { 'size', 'line', 'top', 'bottom', 'left', 'right' } do
    if asked[key] then out[#out + 1] = key .. ': ' .. text(asked[key]) end
  end
  return #out > 0 and pandoc.Inlines { pandoc.RawInline('typst', '(' .. table.concat(out, ', ') .. ')') } or nil
end

-- meta: title, date, author and plan as _quarto.yml has them; adds meta.cover
function M.add(meta)
  local plan = meta.plan or {}
  local lines, period = title_lines(text(meta.title) or '', text(plan.unit), text(plan.period) or text(meta.subtitle))
  local makers = pandoc.List()
  for _, maker in ipairs { { '委托单位', text(plan.client) }, { '编制单位', text(plan.compiler) } } do
    if maker[2] then makers:insert { label = maker[1], name = maker[2] } end
  end
  local people = pandoc.List()
  for _, person in ipairs(plan.responsibility or {}) do
    people:insert { role = text(person.role), name = text(person.name) }
  end
  local notes = pandoc.List()
  for _, note in ipairs(plan.notes or {}) do notes:insert(text(note)) end
  meta.cover = { lines = pandoc.List(lines), period = period, edition = text(plan.edition), makers = makers,
    authors = authors(meta, plan), date = text(meta.date), survey = text(plan.survey), notes = #notes > 0 and notes or nil,
    people = #people > 0 and people or nil }
  if FORMAT:match 'typst' then meta.look = look(plan.typography) end
end

return M
