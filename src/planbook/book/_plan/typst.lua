-- What Pandoc's Typst writer does not say as plan.typ wants it: raw Typst, tables, beginnings of lines.

local M = {}

function M.raw(text) return pandoc.RawInline('typst', text) end
function M.block(text) return pandoc.RawBlock('typst', text) end
function M.quote(text) return '"' .. text:gsub('[\\"]', '\\%0') .. '"' end

-- A line may end between any two Chinese signs, but 万平方米 is one word: it stands in a box, which has no space of its
-- own behind a figure. (Signs that a font would not show are no help: they would be in what is searched and copied.)
local function units_whole(text, before)
  local out, from = pandoc.Inlines {}, 1
  for at, past in text:gmatch '()平方米()' do
    local large = text:sub(at - 3, at - 1)
    if large == '万' or large == '亿' then at = at - 3 end
    local shown = before .. text:sub(1, at - 1)
    local space = shown:match '%d$' and '#h(0.25em, weak: true)' or ''
    out:extend { pandoc.Str(text:sub(from, at - 1)), M.raw(space .. '#box[' .. text:sub(at, past - 1) .. ']') }
    from = past
  end
  if from <= #text then out:insert(pandoc.Str(text:sub(from))) end
  return out
end

-- “1. 甲” or “- 乙” at the beginning of a cell, a note or a line would become a list
function M.guard(inlines)
  local out = pandoc.Inlines {}
  for i, inline in ipairs(inlines) do
    local before, after = inlines[i - 1], inlines[i + 1]
    local begins = not before or before.t == 'LineBreak' or before.t == 'RawInline' and before.text:match '%[$'
    if begins and inline.t == 'Str' and (not after or after.t == 'Space')
      and (inline.text:match '^%d+%.$' or inline.text:match '^[%-+=/]+$') then
      out:insert(M.raw '#[]')
    end
    local whole = inline.t == 'Str' and inline.text:find '平方米'
    out:extend(whole and units_whole(inline.text, before and pandoc.utils.stringify(before) or '') or { inline })
  end
  return #out > #inlines and out or nil
end

local function written(block)
  return pandoc.write(pandoc.Pandoc { block:walk { Inlines = M.guard } }, 'typst', { wrap_text = 'wrap-none' })
end

-- a table as a call of our plantable, which needs to know whose it is; notes: lists of inlines
function M.table(el, id, name, notes)
  local below = notes:map(function(note) return '[' .. written(pandoc.Plain(note)):gsub('%s+$', '') .. '], ' end)
  local head = ('#plantable(%s, %s, notes: (%s),'):format(M.quote(id), M.quote(name), table.concat(below))
  local call, count = written(el):gsub('^#table%(', function() return head end)
  assert(count == 1, id .. ': Pandoc wrote no table')
  return M.block(call)
end

return M
