-- From a page of docs/ as a forge shows it to a page of the book: links lead to pages, tables scroll in a window of
-- their own as wide as they are, and what is said to tools only is left out.

local function is_page(name)
  local file = io.open(name, 'rb')
  return file ~= nil and file:close()
end

function Link(el)
  if el.target:match '^%a+:' or el.target:match '^#' then return nil end
  local page, anchor = el.target:match '([^/#]+%.md)(#?.*)$'
  if not page or not is_page(page) then return el.content end -- a file of the project: there is none beside the site
  el.target = page:gsub('%.md$', '.html') .. anchor
  return el
end

function Table(el)
  for i, spec in ipairs(el.colspecs) do el.colspecs[i] = { spec[1], nil } end -- long lines would make them all alike
  local window = { { 'role', 'group' }, { 'tabindex', '0' }, { 'aria-label', 'table' } }
  return pandoc.Div({ el }, pandoc.Attr('', { 'plan-scroll' }, window)), false
end

function CodeBlock(el)
  el.attributes.tabindex = '0' -- it scrolls, too
  return el
end

function RawInline(el) -- <unit> in a docstring
  return pandoc.Str(el.text)
end

function RawBlock(el)
  if el.text:match '^<!%-%-' then return {} end
end
