-- What a chapter may contain, checked on the parsed text: the embedded renderer runs this before all other filters.
-- (book/dialect.py finds the common mistakes first, with their lines.) Quarto's own markup would not pass: not for Quarto.

local function stop(message) assert(false, 'planbook: ' .. message) end

local function shown(el)
  local text = el.text or pandoc.utils.stringify(el)
  return '“' .. text:sub(1, (utf8.offset(text, 31) or #text + 1) - 1) .. '”'
end

local function refuse(name)
  return function(el) stop(name .. ' is not in the dialect: ' .. shown(el)) end
end

local div_classes = { landscape = true, small = true }

local function div(el)
  local is_float = el.identifier:match '^fig%-' or el.identifier:match '^tbl%-'
  for _, class in ipairs(el.classes) do
    local known = is_float and div_classes[class] or class:match '^callout%-%l+$'
    if not known then stop('the class .' .. class .. ' of a div is not in the dialect: ' .. shown(el)) end
  end
  if not is_float and #el.classes == 0 then stop('a div needs #fig-…, #tbl-… or .callout-…: ' .. shown(el)) end
end

local function span(el)
  if #el.classes ~= 1 or el.classes[1] ~= 'fact' then
    stop('a span is a fact or is not in the dialect: ' .. shown(el))
  end
end

local function figure(el)
  if not el.identifier:match '^fig%-' then stop('a figure needs a label {#fig-…}: ' .. shown(el)) end
end

local function raw_block(el)
  if el.format ~= 'html' or not el.text:match '^%s*<table' then refuse 'raw text'(el) end
end

function Pandoc(doc)
  doc.blocks:walk {
    Div = div, Span = span, Figure = figure, RawBlock = raw_block,
    RawInline = refuse 'raw text', Math = refuse 'a formula', CodeBlock = refuse 'a code block', Code = refuse 'code',
    LineBlock = refuse 'a line block', DefinitionList = refuse 'a definition list', Strikeout = refuse 'struck-out text',
    HorizontalRule = refuse 'a rule', SmallCaps = refuse 'small capitals', Underline = refuse 'underlining',
  }
end
