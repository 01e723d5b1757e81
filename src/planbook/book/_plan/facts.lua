-- A fact is [48,715]{.fact fact="plan.households"}, in an HTML table <span class="fact" data-fact="plan.households">:
-- html keeps it as a span with data-fact, Word gets a content control tagged with the id, Typst plain text.
-- A book holds thousands: no property is read that is not needed.

local function attribute(text) return (text:gsub('&', '&amp;'):gsub('<', '&lt;'):gsub('"', '&quot;')) end

local controls = 0
local function content_control(id, content)
  controls = controls + 1
  local name = attribute(id)
  content:insert(1, pandoc.RawInline('openxml', ('<w:sdt><w:sdtPr><w:alias w:val="%s"/><w:tag w:val="%s"/><w:id w:val="%d"/>'
    .. '<w15:appearance xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" w15:val="hidden"/>'
    .. '</w:sdtPr><w:sdtContent>'):format(name, name, 100000 + controls)))
  content:insert(pandoc.RawInline('openxml', '</w:sdtContent></w:sdt>'))
  return content
end

local is_docx, is_typst = FORMAT:match 'docx' ~= nil, FORMAT:match 'typst' ~= nil

function Span(el)
  if el.classes[1] ~= 'fact' then return nil end
  if is_typst then return el.content end
  if not is_docx then return nil end -- the writer makes data-fact of both spellings
  local attributes = el.attributes
  local id = attributes.fact or attributes['data-fact']
  assert(id and #id <= 64, 'planbook: a fact needs an id of at most 64 characters: ' .. pandoc.utils.stringify(el))
  return content_control(id, el.content)
end
