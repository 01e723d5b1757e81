-- What Word needs and Pandoc has no word for: fields, bookmarks, sections, contents lists. Raw OpenXML.

local M = {}

local function xml(text) return (text:gsub('&', '&amp;'):gsub('<', '&lt;'):gsub('>', '&gt;'):gsub('"', '&quot;')) end
local function block(text) return pandoc.RawBlock('openxml', text) end

-- Word's bookmarks: letters, digits, underscores, 40 at most
function M.bookmark(id)
  local name = '_Ref_' .. id:gsub('[%-%.]', '_')
  if #name <= 40 and name:match '^[%w_]+$' then return name end
  return '_Ref_' .. pandoc.utils.sha1(id):sub(1, 16)
end

local function run(inside) return '<w:r>' .. inside .. '</w:r>' end
local function text(of) return '<w:t xml:space="preserve">' .. xml(of) .. '</w:t>' end

-- a field with its result (runs) in place
local function field(instruction, result)
  return '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> ' .. instruction
    .. ' </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>' .. result
    .. '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
end

-- a link to a heading; Pandoc's own would hash the bookmark's name
function M.link(id, name)
  return '<w:hyperlink w:anchor="' .. M.bookmark(id) .. '" w:history="1">' .. run(text(name)) .. '</w:hyperlink>'
end

local marks = 0
function M.marked(id, inside)
  marks = marks + 1
  local number = 900000 + marks -- far from Pandoc's own
  return ('<w:bookmarkStart w:id="%d" w:name="%s"/>%s<w:bookmarkEnd w:id="%d"/>'):format(number, M.bookmark(id), inside, number)
end

-- 图 3-, as it never breaks before its last number: Word ends lines at blanks and after hyphens
local function label_head(word, chapter)
  return run(text(word .. '\u{a0}')) .. (chapter ~= '' and run(text(chapter) .. '<w:noBreakHyphen/>') or '')
end

local function label_parts(label) return label:match '^(.-) (%d-)%-?(%d+)$' end

-- What a REF field finds is what it shows. Appendices count 附图 within the sequence 图, whose list then has them all.
-- \r 1, not \s 1: LibreOffice does not know \s, and Word would not restart at an appendix.
function M.caption_label(id, label)
  local word, chapter, ordinal = label_parts(label)
  local sequence = 'SEQ ' .. word:gsub('^附', '') .. ' \\* ARABIC' .. (ordinal == '1' and ' \\r 1' or '')
  return M.marked(id, label_head(word, chapter) .. field(sequence, run(text(ordinal)))) .. run(text '　')
end

-- a reference to a figure or table, by its label
function M.reference(id, label)
  local word, chapter, ordinal = label_parts(label)
  return field('REF ' .. M.bookmark(id) .. ' \\h', label_head(word, chapter) .. run(text(ordinal)))
end

-- Around what `refresh` finds again by its tag, whatever a reader did to the text; readers do not see it.
function M.control(tag, number)
  local name = xml(tag)
  return ('<w:sdt><w:sdtPr><w:alias w:val="%s"/><w:tag w:val="%s"/><w:id w:val="%d"/>'
    .. '<w15:appearance xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" w15:val="hidden"/>'
    .. '</w:sdtPr><w:sdtContent>'):format(name, name, number), '</w:sdtContent></w:sdt>'
end

function M.styled(style, inlines)
  return pandoc.Div({ pandoc.Para(inlines) }, pandoc.Attr('', {}, { ['custom-style'] = style }))
end

-- the space below a table, which Word does not give it; Pandoc would drop an empty paragraph
function M.table_end() return block '<w:p><w:pPr><w:pStyle w:val="TableEnd"/></w:pPr></w:p>' end

-- sections --------------------------------------------------------------------------------------------

local margins = { top = 1440, bottom = 1440, left = 1587, right = 1587 } -- twips, of an upright page

-- asked: cm by edge, nil where nothing was asked
function M.set_margins(asked)
  for edge in pairs(margins) do margins[edge] = asked[edge] and math.floor(asked[edge] * 567 + 0.5) or margins[edge] end
end

local function margin(top, right, bottom, left)
  return ('<w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="851" w:footer="992" w:gutter="0"/>')
    :format(margins[top], margins[right], margins[bottom], margins[left])
end

-- The head names the chapter, so each chapter has sections of its own, each kind of chapter a head; the ids are those of
-- reference.docx. book/word.py gives the section's end to the paragraph before, where it can.
local function properties(section)
  local turn = section.wide and 'Wide' or ''
  local references = section.kind == 'Cover' and ''
    or '<w:headerReference w:type="default" r:id="rIdHeader' .. section.kind .. turn .. '"/>'
      .. '<w:footerReference w:type="default" r:id="rIdFooter"/>'
  local size = section.wide and '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
      .. margin('right', 'bottom', 'left', 'top')
    or '<w:pgSz w:w="11906" w:h="16838"/>'
      .. margin('top', 'right', 'bottom', 'left')
  local pages = section.kind == 'Front' and '<w:pgNumType w:fmt="upperRoman" w:start="1"/>'
    or section.first and '<w:pgNumType w:fmt="decimal" w:start="1"/>' or ''
  return '<w:sectPr>' .. references .. '<w:type w:val="nextPage"/>' .. size .. pages .. '</w:sectPr>'
end

local function section_end(section)
  return block('<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>' .. properties(section)
    .. '</w:pPr></w:p>')
end

local function same(a, b) return a.kind == b.kind and a.wide == b.wide end

-- blocks: of the body; kinds[i] 'Plain', 'Chapter', 'Appendix' where block i begins a chapter; wide[i] where it
-- needs a landscape page. Returns the blocks with their section ends, and the properties of the last section.
function M.sections(blocks, kinds, wide)
  local out = pandoc.Blocks {}
  local now = { kind = kinds[1] or 'Plain', wide = wide[1] or false, first = true }
  for i, one in ipairs(blocks) do
    local next = { kind = kinds[i] or now.kind, wide = wide[i] or false }
    if kinds[i] and i > 1 or not same(now, next) then
      out:insert(section_end(now))
      now = next
    end
    out:insert(one)
  end
  return out, pandoc.RawInline('openxml', properties(now))
end

-- contents, lists of figures and tables ---------------------------------------------------------------

local function entry(item, pages, before, after)
  local anchor = M.bookmark(item.id)
  return block('<w:p><w:pPr><w:pStyle w:val="' .. item.style .. '"/></w:pPr>' .. before
    .. '<w:hyperlink w:anchor="' .. anchor .. '" w:history="1">' .. run(text(item.text))
    .. '<w:r><w:tab/></w:r>' .. field('PAGEREF ' .. anchor .. ' \\h', run(text(pages[item.id] or '')))
    .. '</w:hyperlink>' .. after .. '</w:p>')
end

local function list(out, title, code, items, pages)
  if #items == 0 then return end
  out:insert(block('<w:p><w:pPr><w:pStyle w:val="TOCHeading"/></w:pPr><w:r><w:t>' .. title .. '</w:t></w:r></w:p>'))
  local opening = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> ' .. code
    .. ' </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
  local closing = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
  for i, item in ipairs(items) do
    out:insert(entry(item, pages, i == 1 and opening or '', i == #items and closing or ''))
  end
end

-- Filled in, so that they are there before any update. lists: toc, fig, tbl of {id, style, text}; pages: id → page.
-- The page numbers come from the PDF of the same book; without one they stay empty until Word updates them (F9).
function M.lists(lists, pages)
  local out = pandoc.Blocks {}
  list(out, '目　录', 'TOC \\o "1-2" \\h \\z \\u', lists.toc, pages)
  list(out, '图目录', 'TOC \\h \\z \\c "图"', lists.fig, pages)
  list(out, '表目录', 'TOC \\h \\z \\c "表"', lists.tbl, pages)
  out:insert(section_end { kind = 'Front', wide = false })
  return out
end

-- The cover's own section has no head and no foot.
function M.cover_end() return pandoc.RawInline('openxml', section_end({ kind = 'Cover', wide = false }).text) end

return M
