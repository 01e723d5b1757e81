-- A fact is [48,715]{.fact fact="plan.households"}, in an HTML table <span class="fact" data-fact="plan.households">:
-- html keeps it as a span with data-fact, Word gets a content control tagged with the id, Typst plain text.
-- A book holds thousands: no property is read that is not needed.

local word = require '_plan.word'

local controls = 0
local function content_control(id, content)
  controls = controls + 1
  local open, close = word.control(id, 100000 + controls)
  content:insert(1, pandoc.RawInline('openxml', open))
  content:insert(pandoc.RawInline('openxml', close))
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
