-- What is numbered how, and what every label of the book says: shared by the index (all chapters, read from
-- the files that _quarto.yml lists) and by the page at hand, so that the two cannot differ.

local M = {}

-- Quarto has made error() a message in the log; only assert stops a render there.
function M.stop(message, file) assert(false, 'planbook: ' .. (file and file .. ': ' or '') .. message) end

local digits = { '一', '二', '三', '四', '五', '六', '七', '八', '九' }
function M.han(n)
  assert(n > 0 and n < 100, 'no Chinese numeral for ' .. n)
  local tens, ones = n // 10, n % 10
  return (tens > 1 and digits[tens] or '') .. (tens > 0 and '十' or '') .. (digits[ones] or '')
end

function M.heading_number(level, chapter, counts)
  if level == 1 then
    return (chapter.appendix and '附录' .. M.han(chapter.number) or '第' .. M.han(chapter.number) .. '章') .. '　'
  elseif level == 2 then return M.han(counts[2]) .. '、'
  elseif level == 3 then return '（' .. M.han(counts[3]) .. '）'
  elseif level == 4 then return counts[4] .. '、'
  end
  return ''
end

function M.section_name(level, chapter, counts)
  local name = chapter.appendix and '附录' .. M.han(chapter.number) or '第' .. M.han(chapter.number) .. '章'
  if level >= 2 then name = name .. '第' .. M.han(counts[2]) .. '节' end
  if level >= 3 then name = name .. '（' .. M.han(counts[3]) .. '）' end
  if level >= 4 then name = name .. counts[4] end
  return name
end

-- a chapter as the navigation and the running heads name it
function M.chapter_name(chapter)
  return (chapter.number and M.heading_number(1, chapter, {}) or '') .. pandoc.utils.stringify(chapter.title)
end

function M.is_callout(el)
  return el.t == 'Div' and el.attr.classes:find_if(function(class) return class:match '^callout%-' end) ~= nil
end

-- the counter, used for the index and for the document alike ------------------------------------------

function M.new_counter()
  return { chapter = nil, counts = { 0, 0, 0, 0 }, floats = { fig = 0, tbl = 0 } }
end

function M.enter(counter, chapter)
  counter.chapter, counter.counts, counter.floats = chapter, { 0, 0, 0, 0 }, { fig = 0, tbl = 0 }
end

-- true when the heading has a number
function M.count_heading(counter, header)
  local chapter = counter.chapter
  if not (chapter and chapter.number) or header.classes:includes 'unnumbered' or header.level > 4 then return false end
  if header.level > 1 then
    if header.level > 2 and counter.counts[header.level - 1] == 0 then
      M.stop('the heading “' .. pandoc.utils.stringify(header.content) .. '” skips a level', chapter.file)
    end
    counter.counts[header.level] = counter.counts[header.level] + 1
    for deeper = header.level + 1, 4 do counter.counts[deeper] = 0 end
  end
  return true
end

function M.count_float(counter, kind)
  counter.floats[kind] = counter.floats[kind] + 1
  local chapter = counter.chapter or {}
  local word = kind == 'fig' and '图' or '表'
  if not chapter.number then return word, tostring(counter.floats[kind]) end
  return (chapter.appendix and '附' or '') .. word, chapter.number .. '-' .. counter.floats[kind]
end

function M.float_kind(el) return el.identifier:match '^(fig)%-' or el.identifier:match '^(tbl)%-' end

-- caption: a figure's own, a div's last paragraph
function M.take_caption(el, file)
  if el.t == 'Figure' then
    return pandoc.utils.blocks_to_inlines(el.caption.long), el.content:clone()
  end
  local content = el.content:clone()
  local final = content[#content]
  if not (final and (final.t == 'Para' or final.t == 'Plain')) then
    M.stop('the last paragraph in the div of ' .. el.identifier .. ' must be its caption', file)
  end
  content:remove(#content)
  return final.content:clone(), content
end

-- index ---------------------------------------------------------------------------------------------

local here = quarto and quarto.project.directory or '.'

local function slurp(path)
  local file = assert(io.open(pandoc.path.join { here, path }, 'rb'))
  local text = file:read 'a'
  file:close()
  return text
end

local function listed(items, out)
  for _, item in ipairs(items or {}) do
    if pandoc.utils.type(item) == 'table' and item.chapters then
      listed(item.chapters, out)
    else
      local file = pandoc.utils.type(item) == 'table' and item.file or item
      out:insert(pandoc.utils.stringify(file))
    end
  end
  return out
end

local function add_chapter(index, file, appendix, number)
  local counter = M.new_counter()
  local chapter = { file = file, appendix = appendix, sections = pandoc.List() }
  local function header(el)
    if el.level == 1 then
      if chapter.id then M.stop('a second heading of level 1: “' .. pandoc.utils.stringify(el.content) .. '”', file) end
      if not el.identifier:match '^sec%-' then M.stop('the chapter heading needs a label {#sec-…}', file) end
      if not el.classes:includes 'unnumbered' then chapter.number = number end
      chapter.id, chapter.title = el.identifier, el.content
      M.enter(counter, chapter)
    end
    local numbered = M.count_heading(counter, el)
    if el.level == 2 then
      chapter.sections:insert { id = el.identifier,
        text = (numbered and M.heading_number(2, chapter, counter.counts) or '') .. pandoc.utils.stringify(el.content) }
    end
    if el.identifier:match '^sec%-' then
      local name = '“' .. pandoc.utils.stringify(el.content) .. '”'
      index.labels[el.identifier] = { file = file,
        bare = numbered and M.han(el.level == 1 and chapter.number or counter.counts[el.level]) or name,
        text = numbered and M.section_name(el.level, chapter, counter.counts) or name }
    end
  end
  local function block(el)
    if M.is_callout(el) then return el, false end -- its heading is no section
    local kind = (el.t == 'Div' or el.t == 'Figure') and M.float_kind(el)
    if not kind then return nil end
    local word, ordinal = M.count_float(counter, kind)
    if index.labels[el.identifier] then M.stop(el.identifier .. ' is defined twice', file) end
    index.labels[el.identifier] = { file = file, text = word .. ' ' .. ordinal, bare = ordinal, float = true }
    return el, false
  end
  pandoc.read(slurp(file), 'markdown').blocks:walk { traverse = 'topdown', Header = header, Block = block }
  if not chapter.id then M.stop('a chapter begins with its heading: # 标题 {#sec-…}', file) end
  index.chapters[chapter.id] = chapter
  index.order:insert(chapter)
  return chapter
end

-- chapters: by the id of their heading, with their sections; order: as printed; labels: by id, with the text a reference prints
function M.build_index()
  local kept = M.kept_index()
  if kept then return kept end
  local index = { chapters = {}, labels = {}, order = pandoc.List() }
  local book = pandoc.read('---\n' .. slurp '_quarto.yml' .. '\n---\n', 'markdown-smart').meta.book
  for _, part in ipairs { 'chapters', 'appendices' } do
    local number = 0
    for _, file in ipairs(listed(book[part], pandoc.List())) do
      if add_chapter(index, file, part == 'appendices', number + 1).number then number = number + 1 end
    end
  end
  M.keep_index(index)
  return index
end

-- One rendering runs Pandoc once a page; the first runs leave the index in a file for the others, where the renderer
-- names one. Titles travel as Pandoc's own JSON.

function M.keep_index(index)
  local place = os.getenv 'PLANBOOK_INDEX'
  if not place then return end
  local order = index.order:map(function(chapter)
    local title = pandoc.write(pandoc.Pandoc { pandoc.Plain(chapter.title) }, 'json')
    local copy = {}
    for key, value in pairs(chapter) do copy[key] = value end
    copy.title = title
    return copy
  end)
  local part = os.tmpname()
  local file = assert(io.open(part, 'wb'))
  file:write(pandoc.json.encode { order = order, labels = index.labels })
  file:close()
  if not os.rename(part, place) then os.remove(part) end -- another run was first, or another disk: build it again
end

function M.kept_index()
  local place = os.getenv 'PLANBOOK_INDEX'
  local file = place and io.open(place, 'rb')
  if not file then return nil end
  local kept = pandoc.json.decode(file:read 'a', false)
  file:close()
  local index = { chapters = {}, labels = kept.labels, order = pandoc.List(kept.order) }
  for _, chapter in ipairs(index.order) do
    chapter.number = chapter.number and math.tointeger(chapter.number) -- JSON knows no whole numbers
    chapter.title = pandoc.read(chapter.title, 'json').blocks[1].content
    if chapter.sections then chapter.sections = pandoc.List(chapter.sections) end
    index.chapters[chapter.id] = chapter
  end
  return index
end

return M
