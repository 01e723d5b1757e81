-- One numbering for all formats and both renderers.
--
-- Headings 第一章 / 一、/ （一）/ 1、, figures 图 2-1, tables 表 2-1, in an appendix 附录一, 附表 1-1;
-- every reference ([@fig-x], [-@sec-y]) becomes a link with that text. The numbers come from the
-- chapters listed in _quarto.yml, read afresh in every run, so a page rendered on its own knows them all.
-- Runs before the renderer's own cross-references see anything (Quarto: at pre-ast).

local labels = require '_plan.labels' -- from the book's folder, where both renderers run Pandoc
local floats = require '_plan.floats'
local word = require '_plan.word'
local typst = require '_plan.typst'
local cover = require '_plan.cover'
local nav = require '_plan.nav'
local tables = require '_plan.tables'
local widths = require '_plan.widths'

local is_docx, is_typst = FORMAT:match 'docx' ~= nil, FORMAT:match 'typst' ~= nil
local one_file = is_docx or is_typst

local index, counter = nil, labels.new_counter()
local lists = { toc = pandoc.List(), fig = pandoc.List(), tbl = pandoc.List() } -- for Word

local function here() return counter.chapter and counter.chapter.file end

-- references -----------------------------------------------------------------------------------------

local function reference(id, bare)
  local label = index.labels[id]
  if not label then labels.stop('unknown reference @' .. id, here()) end
  local text = bare and label.bare or label.text
  if is_docx and label.float and not bare then
    return pandoc.RawInline('openxml', word.reference(id, text))
  elseif is_docx then
    return pandoc.RawInline('openxml', word.link(id, text))
  end
  local page = (one_file or here() == label.file) and '' or label.file:gsub('%.%w+$', '.html')
  if is_typst and label.float then text = text:gsub(' ', '\u{a0}') end -- 表 and its number stay in one line
  local class = 'quarto-xref' .. (label.float and ' plan-ref' or '')
  local shown = pandoc.Inlines { pandoc.Str(text) }
  local word, number = text:match '^(附[图表]+)(.+)$'
  if is_typst and word and label.float then -- nor does 附表 part
    shown = pandoc.Inlines { typst.raw('#box[' .. word .. ']'), pandoc.Str(number) }
  end
  return pandoc.Link(shown, page .. '#' .. id, '', { class = class })
end

local function known(id) return id:match '^fig%-' or id:match '^tbl%-' or id:match '^sec%-' end

local function cite(el)
  local out = pandoc.Inlines {}
  for i, citation in ipairs(el.citations) do
    if not known(citation.id) then labels.stop('@' .. citation.id .. ' is no figure, table or section', here()) end
    -- 见 @fig-x所示: Pandoc takes the Chinese after an id for part of it
    local id, rest = citation.id:match '^([%w_%-]+)(.*)$'
    if i > 1 then out:insert(pandoc.Str '、') end
    out:insert(reference(id, citation.mode == 'SuppressAuthor'))
    if rest ~= '' then out:insert(pandoc.Str(rest)) end
  end
  return out
end

-- 见@fig-x所示: after a Chinese character Pandoc sees no reference at all
local function text(el)
  if not el.text:find '@%w+%-' then return nil end
  local out, at = pandoc.Inlines {}, 1
  while true do
    local from, to, id = el.text:find('@{?(%l+%-[%w_%-]+)}?', at)
    if not from then break end
    if from > at then out:insert(pandoc.Str(el.text:sub(at, from - 1))) end
    out:insert(known(id) and reference(id, false) or pandoc.Str(el.text:sub(from, to)))
    at = to + 1
  end
  if at <= #el.text then out:insert(pandoc.Str(el.text:sub(at))) end
  return out
end

local references = { Cite = cite, Str = text }

-- headings -------------------------------------------------------------------------------------------

-- Word numbers "Heading n" by itself: what it must not number, or not so, has a style of its own
local function word_header(el, numbered, chapter)
  local mark = word.marked(el.identifier, '')
  if el.level <= 2 then
    local number = numbered and labels.heading_number(el.level, chapter, counter.counts) or ''
    lists.toc:insert { id = el.identifier, style = 'TOC' .. el.level, text = number .. pandoc.utils.stringify(el.content) }
  end
  el.content:insert(1, pandoc.RawInline('openxml', mark))
  if numbered and not chapter.appendix then
    el.classes:insert 'unnumbered'
    return el
  end
  local line = word.styled((numbered and '附录标题 ' or '无编号标题 ') .. el.level, el.content)
  line.identifier = el.identifier
  return line
end

local function header(el)
  local begins = el.level == 1 and index.chapters[el.identifier]
  if el.level == 1 and not begins then return {} end -- Quarto's own 附录 divider
  if begins then labels.enter(counter, begins) end
  local numbered = labels.count_heading(counter, el)
  local chapter = counter.chapter
  el.content = el.content:walk(references)
  if is_docx then return word_header(el, numbered, chapter) end
  if numbered then
    el.content:insert(1, pandoc.Span({ pandoc.Str(labels.heading_number(el.level, chapter, counter.counts)) },
      { class = 'header-section-number' }))
  end
  if not el.classes:includes 'unnumbered' then el.classes:insert 'unnumbered' end -- or the renderer adds its own
  return el
end

-- figures and tables -----------------------------------------------------------------------------------

local function float(el)
  local kind = labels.float_kind(el)
  if not kind then return nil end
  local noun, number = labels.count_float(counter, kind)
  local text_of = noun .. ' ' .. number
  assert(index.labels[el.identifier].text == text_of, el.identifier .. ': numbered differently in the index')
  local it = floats.read(el, here())
  it.kind, it.id, it.noun, it.number = kind, el.identifier, noun, number
  it.caption = it.caption:walk(references)
  it.content = it.content:walk(references)
  for i, note in ipairs(it.notes) do it.notes[i] = note:walk(references) end
  lists[kind]:insert { id = it.id, style = 'TableofFigures', text = text_of .. '　' .. pandoc.utils.stringify(it.caption) }
  return floats.write(it), false
end

-- Quarto's navigation ------------------------------------------------------------------------------------

-- Quarto hands a page's title and the titles in its navigation through Pandoc as "3 标题" with this class
local function chapter_number(el)
  if not el.classes:includes 'chapter-number' then return nil end
  local number = pandoc.utils.stringify(el)
  local name = number:match '^%d+$' and '第' .. labels.han(tonumber(number)) .. '章'
    or number:match '^%u$' and '附录' .. labels.han(number:byte() - 64)
  if name then el.content = { pandoc.Str(name) } end
  return el
end

local function page_title(meta)
  if one_file or not meta.title then return end
  local id
  pandoc.Inlines(meta.title):walk { Span = function(el) if index.chapters[el.identifier] then id = el.identifier end end }
  if not id then return end
  local chapter = index.chapters[id]
  labels.enter(counter, chapter)
  local title = chapter.title:clone()
  if chapter.number then
    title:insert(1, pandoc.Span({ pandoc.Str(labels.heading_number(1, chapter, {})) }, { class = 'header-section-number' }))
  end
  meta.title = pandoc.Inlines { pandoc.Span(title, pandoc.Attr(id, { 'quarto-section-identifier' })) }
end

-- the document -------------------------------------------------------------------------------------------

local function kind_of_chapter(block)
  if block.t == 'Header' and block.level == 1 then return 'Chapter' end
  local style = block.t == 'Div' and block.attributes['custom-style']
  return style == '附录标题 1' and 'Appendix' or style == '无编号标题 1' and 'Plain' or nil
end

-- the blocks without the divs around wide floats; turned[i] says that block i needs a landscape page
local function unwrapped(blocks)
  local out, turned = pandoc.Blocks {}, {}
  for _, block in ipairs(blocks) do
    local wide = block.t == 'Div' and block.classes:includes 'plan-wide'
    for _, one in ipairs(wide and block.content or { block }) do
      out:insert(one)
      turned[#out] = wide
    end
  end
  return out, turned
end

local function is_list(block) return block and (block.t == 'BulletList' or block.t == 'OrderedList') end

local function ends_chapter(block, after)
  return block ~= nil and block.t == 'Para' and (after == nil or kind_of_chapter(after) ~= nil)
end

local line = 35 -- characters, of the usual type between the usual margins
local function has_lines(block, most) return utf8.len(pandoc.utils.stringify(block)) <= line * most end

-- what Typst is told of a paragraph by what follows: what announces a list stays with it, what ends a chapter stays
-- whole, and three last lines are not alone on a page
local function place_of(block, after, later)
  if block.t ~= 'Para' then return nil end
  if is_list(after) and pandoc.utils.stringify(block):match '：$' then return '#announcement[' end
  if ends_chapter(block, after) then return '#closing[' end
  return ends_chapter(after, later) and has_lines(after, 3) and has_lines(block, 6) and '#announcement[' or nil
end

-- wide floats in a row share their pages
local function typst_document(doc)
  local out, now = pandoc.Blocks {}, false
  local flat, turned = unwrapped(doc.blocks)
  for i, block in ipairs(flat) do
    if turned[i] ~= now then out:insert(typst.block(turned[i] and '#widepage[' or ']')) end
    local place = place_of(block, flat[i + 1], flat[i + 2])
    out:extend(place and { typst.block(place), block, typst.block ']' } or { block })
    now = turned[i]
  end
  if now then out:insert(typst.block ']') end
  doc.blocks = out:walk { Inlines = typst.guard }
end

local function word_document(doc)
  local flat, turned = unwrapped(doc.blocks)
  local kinds = flat:map(function(block) return kind_of_chapter(block) or false end)
  local pages = {}
  for id, page in pairs(doc.meta['plan-pages'] or {}) do pages[id] = pandoc.utils.stringify(page) end
  local body, last = word.sections(flat, kinds, turned)
  doc.blocks = word.lists(lists, pages) .. body
  doc.meta['plan-pages'] = nil
  doc.meta['cover-end'], doc.meta['last-section'] = word.cover_end(), last
end

-- cm by edge, of those that params ask for
local function margins_of(typography)
  local out = {}
  for _, edge in ipairs { 'top', 'bottom', 'left', 'right' } do
    if typography[edge] then out[edge] = tonumber((pandoc.utils.stringify(typography[edge]):gsub('cm$', ''))) end
  end
  return out
end

function Pandoc(doc)
  one_file = one_file or doc.meta['plan-single'] ~= nil -- the whole book as one page
  index = labels.build_index()
  cover.add(doc.meta)
  local margins = margins_of(doc.meta.plan and doc.meta.plan.typography or {})
  widths.set_margins(margins)
  word.set_margins(margins)
  page_title(doc.meta)
  if is_docx or is_typst then doc.blocks = tables.learn(doc.blocks) end
  doc.blocks = doc.blocks:walk {
    traverse = 'topdown',
    Header = function(el) return header(el), false end,
    Div = float,
    Figure = float,
    Cite = cite,
    Str = text,
    Span = chapter_number,
  }
  if is_docx then word_document(doc) end
  if is_typst then typst_document(doc) end
  if not (is_docx or is_typst or quarto) then
    doc.blocks = nav.add(doc.meta, doc.blocks, index, not one_file and counter.chapter or nil)
  end
  return doc
end
