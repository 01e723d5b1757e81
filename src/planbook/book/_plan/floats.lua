-- A figure or table with its caption, unit line and notes: read from the dialect, written for each format.

local labels = require '_plan.labels'
local tables = require '_plan.tables'
local word = require '_plan.word'
local typst = require '_plan.typst'
local M = {}

local is_docx, is_typst = FORMAT:match 'docx' ~= nil, FORMAT:match 'typst' ~= nil
local short = 12 -- rows below the head that stay on one page; as in book/wordtables.py
local turned = 24.6 -- cm between the margins of a landscape page

-- Word knows per cents of the upright page only
local function image_width(width, wide)
  local share = is_docx and wide and width:match '^([%d%.]+)%%$'
  return share and ('%.2fcm'):format(share / 100 * turned) or width
end

-- Returns caption (inlines), content (blocks: the image or the table), unit (inlines or nil), notes (list of inlines),
-- wide, small, keep (short enough for one page).
function M.read(el, file)
  local caption, blocks = labels.take_caption(el, file)
  local it = { caption = caption, content = pandoc.Blocks {}, notes = pandoc.List(), keep = true }
  it.wide, it.small = el.classes:includes 'landscape', el.classes:includes 'small'
  local function table_of(t)
    it.keep = it.keep and tables.row_count(t) <= short
    return tables.dress(t, it.wide, it.small)
  end
  for _, block in ipairs(blocks) do
    local is_image = (block.t == 'Plain' or block.t == 'Para') and #block.content == 1 and block.content[1].t == 'Image'
    if block.t == 'Figure' then -- an image of its own inside a figure's div
      it.content:extend(block.content)
    elseif (block.t == 'Para' or block.t == 'Plain') and not is_image then
      if pandoc.utils.stringify(block):match '^单位：' and not it.unit then it.unit = block.content
      else it.notes:insert(block.content) end
    else
      it.content:extend(block.t == 'RawBlock' and tables.read(block, file) or { block })
    end
  end
  if #it.content == 0 then labels.stop(el.identifier .. ' holds neither an image nor a table', file) end
  it.content = it.content:walk { Table = table_of, Image = function(image)
    it.wide = it.wide or image.classes:includes 'landscape'
    image.caption = pandoc.Inlines { pandoc.Str(image.attributes['fig-alt'] or pandoc.utils.stringify(caption)) }
    image.attributes['fig-alt'] = nil
    image.attributes.width = image_width(image.attributes.width or '100%', it.wide)
    return image
  end }
  return it
end

-- Word ---------------------------------------------------------------------------------------------------

local function openxml(text) return pandoc.RawInline('openxml', text) end

local controls = 0
local function write_word(it)
  local is_table = it.kind == 'tbl'
  it.caption:insert(1, openxml(word.caption_label(it.id, it.noun .. ' ' .. it.number)))
  -- no id here: Quarto would take a div of this id for a float of its own
  local line = word.styled(is_table and '表题' or '图题', it.caption)
  local out = pandoc.Blocks {}
  if is_table then out:insert(line) end
  if it.unit then out:insert(word.styled('表格单位', it.unit)) end
  for _, block in ipairs(it.content) do
    if block.t == 'Plain' or block.t == 'Para' then
      controls = controls + 1
      local open, close = word.control(it.id, 500000 + controls) -- far from the facts' own
      -- not alone in its paragraph, or Quarto makes a second figure of the image
      local image = pandoc.Inlines { openxml(open) } .. block.content .. { openxml(close), openxml '<w:r/>' }
      out:insert(word.styled('图片', image))
    else
      out:insert(block) -- not in a control: LibreOffice 7.4 writes the first cell of such a table four times over
    end
  end
  local notes = it.notes:map(function(note) return word.styled('表注', note) end)
  if is_table then out:extend(notes) end
  if not is_table then out:insert(line); out:extend(notes) end
  if is_table then out:insert(word.table_end()) end
  return out
end

-- Typst --------------------------------------------------------------------------------------------------

local function write_typst(it)
  local head = pandoc.Inlines { typst.raw(('#planfloat(%s, %s, %s, %s, small: %s, keep: %s, unit: ['):format(
    typst.quote(it.kind), typst.quote(it.id), typst.quote(it.noun), typst.quote(it.number), it.small, it.keep)) }
  head:extend(it.unit or {})
  head:insert(typst.raw '], notes: (')
  for _, note in ipairs(it.kind == 'fig' and it.notes or {}) do
    head:insert(typst.raw '[')
    head:extend(note)
    head:insert(typst.raw '], ')
  end
  head:insert(typst.raw '), [')
  head:extend(it.caption)
  head:insert(typst.raw '])[')
  local out = pandoc.Blocks { pandoc.Plain(head) }
  local name = it.noun .. ' ' .. it.number
  out:extend(it.content:walk { Table = function(el) return typst.table(el, it.id, name, it.notes) end,
    Image = function(image) -- Pandoc's Typst writer has no alt
      return typst.raw('#box(image(' .. typst.quote(image.src) .. ', alt: ' .. typst.quote(pandoc.utils.stringify(image.caption))
        .. ', width: ' .. image.attributes.width .. '))')
    end })
  out:insert(typst.block ']')
  return out
end

-- HTML ---------------------------------------------------------------------------------------------------

local function html(text) return pandoc.RawInline('html', text) end
local function paragraph(class, inlines) return pandoc.Div({ pandoc.Plain(inlines) }, { class = class }) end

-- on our own pages: what a figure was drawn from, a click away
local function data_link(content)
  local out = pandoc.Blocks {}
  content:walk { Image = function(image)
    local data = image.src:gsub('%.%w+$', '') .. '.csv'
    local file = not quarto and io.open(data, 'rb')
    if not file then return nil end
    file:close()
    local link = pandoc.Link({ pandoc.Str '下载数据（CSV）' }, data, '', pandoc.Attr('', {}, { download = '' }))
    out:insert(pandoc.Div({ pandoc.Plain { link } }, { class = 'plan-tools' }))
  end }
  return out
end

local function write_html(it)
  local line = pandoc.Inlines { html '<figcaption>', pandoc.Span({ pandoc.Str(it.noun .. ' ' .. it.number) },
    { class = 'caption-label' }), pandoc.Str '　' }
  line:extend(it.caption)
  line:insert(html '</figcaption>')
  local classes = 'plan-float plan-' .. it.kind .. (it.wide and ' plan-wide' or '') .. (it.small and ' plan-small' or '')
  local out = pandoc.Blocks { pandoc.RawBlock('html', ('<figure id="%s" class="%s">'):format(it.id, classes)) }
  if it.kind == 'tbl' then out:insert(pandoc.Plain(line)) end
  if it.unit then out:insert(paragraph('plan-unit', it.unit)) end
  if it.kind == 'tbl' then
    -- reachable by keyboard, for it scrolls
    local name = it.noun .. ' ' .. it.number .. ' ' .. pandoc.utils.stringify(it.caption)
    local attributes = { { 'role', 'region' }, { 'tabindex', '0' }, { 'aria-label', name } } -- a list: it has an order
    out:insert(pandoc.Div(it.content, pandoc.Attr('', { 'plan-scroll' }, attributes)))
  else
    out:extend(data_link(it.content))
    out:extend(it.content)
    out:insert(pandoc.Plain(line))
  end
  for _, note in ipairs(it.notes) do out:insert(paragraph('plan-note', note)) end
  out:insert(pandoc.RawBlock('html', '</figure>'))
  return out
end

-- On paper a wide one comes in a div of class plan-wide: the caller turns its page.
function M.write(it)
  if not (is_docx or is_typst) then return write_html(it) end
  local out = is_docx and write_word(it) or write_typst(it)
  return it.wide and pandoc.Div(out, { class = 'plan-wide' }) or out
end

return M
