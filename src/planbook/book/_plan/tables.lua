-- Tables: a fenced HTML table becomes a real one, its columns get their widths, its heads and totals their look.

local labels = require '_plan.labels'
local widths = require '_plan.widths'
local M = {}

local is_docx, is_typst = FORMAT:match 'docx' ~= nil, FORMAT:match 'typst' ~= nil

-- heads and totals are set in another face; in Word by the style of their paragraphs, which word.py gives to heads
local function emphasise(rows, style)
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      if is_typst then
        cell.contents = cell.contents:walk { Plain = function(p) return pandoc.Plain { pandoc.Strong(p.content) } end }
      elseif style then
        local lines = cell.contents:walk { Plain = function(p) return pandoc.Para(p.content) end }
        cell.contents = pandoc.Blocks { pandoc.Div(lines, pandoc.Attr('', {}, { ['custom-style'] = style })) }
      end
    end
  end
end

-- Typst: a form's blank rows are as high as others
local function open_blank_rows(rows)
  for _, row in ipairs(rows) do
    if not row.cells:find_if(function(cell) return #cell.contents > 0 end) then
      row.cells[1].contents = { pandoc.Plain { pandoc.Str '\u{a0}' } }
    end
  end
end

-- Typst: a column's alignment would beat the template's, so it goes to the cells (pipe and grid tables have such)
local function align_cells(el)
  local aligned = el.colspecs:find_if(function(spec) return spec[1] ~= 'AlignDefault' end)
  if not aligned then return end
  for _, body in ipairs(el.bodies) do
    widths.each_cell(body.body, function(cell, column)
      if cell.alignment == 'AlignDefault' then cell.alignment = el.colspecs[column][1] end
    end)
  end
  for i, spec in ipairs(el.colspecs) do el.colspecs[i] = { 'AlignDefault', spec[2] } end
end

local function is_whole(el) return el.format == 'html' and el.text:match '^%s*<table.*</table>%s*$' ~= nil end

-- a fenced ```{=html} table as blocks; HTML keeps it as it is
function M.read(el, file)
  if not is_whole(el) then
    labels.stop('a raw block must hold one whole table: ```{=html} <table>…</table>', file)
  end
  if not (is_docx or is_typst) then return { el } end
  local blocks = pandoc.read(el.text, 'html').blocks
  return blocks:walk { Table = function(t)
    -- Pandoc takes the first row's alignment for the column's: here every cell speaks for itself
    for i, spec in ipairs(t.colspecs) do t.colspecs[i] = { 'AlignDefault', spec[2] } end
    return t
  end }
end

-- Reads the tables of a paper document before they are set: those of one kind have the same columns.
function M.learn(blocks)
  for _, block in ipairs(blocks) do
    if block.t == 'Div' and block.identifier:match '^tbl%-' then
      local content = pandoc.Blocks {}
      for _, one in ipairs(block.content) do
        content:extend(one.t == 'RawBlock' and is_whole(one) and M.read(one) or { one })
      end
      for _, one in ipairs(content) do
        if one.t == 'Table' then widths.learn(one, block.classes:includes 'landscape', block.classes:includes 'small') end
      end
      block.content = content
    end
  end
  return blocks
end

function M.row_count(el)
  local rows = 0
  for _, body in ipairs(el.bodies) do rows = rows + #body.body end
  return rows + #el.foot.rows
end

function M.dress(el, wide, small)
  if is_docx or is_typst then
    local shares = widths.of(el, wide, small)
    for i, spec in ipairs(el.colspecs) do el.colspecs[i] = { spec[1], shares[i] } end
  end
  if is_typst then
    el.classes:insert 'typst:no-figure' -- or Pandoc's figure keeps it on one page
    align_cells(el)
    for _, body in ipairs(el.bodies) do open_blank_rows(body.body) end
  elseif is_docx and small then
    el.attributes['custom-style'] = wide and 'TableWide' or 'TableSmall'
  end
  widths.each_cell(el.head.rows, function(cell) cell.alignment = 'AlignCenter' end)
  local total = is_docx and (not small and '表头文字' or wide and '横页表头文字' or '表头小字') or nil
  emphasise(el.head.rows, nil)
  emphasise(el.foot.rows, total)
  for _, body in ipairs(el.bodies) do
    emphasise(body.body:filter(function(row) return row.classes:includes 'total' end), total)
  end
  return el
end

return M
