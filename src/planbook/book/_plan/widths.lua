-- How wide the columns of a table are, on paper: the same in Typst and Word. (A browser finds out by itself.)

local M = {}

-- what fits between the margins, in half-width characters: 12 pt paper text width over the table's type size
local room = { portrait = 83, landscape = 132, ['portrait small'] = 97, ['landscape small'] = 154 }
local padding = 2.3 -- of a cell, in the same unit
local digit, point = 1.12, 0.6 -- figures and letters of the wider face, and what stands between them

local function width_of(text)
  local width = 0
  for _, code in utf8.codes(text) do
    width = width + (code >= 0x2010 and 2 or (code == 0x2e or code == 0x2c) and point or digit)
  end
  return width
end

-- how wide a cell's text is, and the widest piece of it that must not break (Chinese breaks anywhere)
local function extent(cell)
  local text, least = pandoc.utils.stringify(cell.contents), 2
  for piece in text:gmatch '[%w%.,:%%%-/]+' do least = math.max(least, width_of(piece)) end
  -- a list of numbers (12、4、10) stays in one line as far as it is short: Writer would break it within a number
  if text:match '^[%d、]+$' then least = math.max(least, math.min(width_of(text), 16)) end
  return width_of(text), math.min(least, 24)
end

-- visit(cell, column): columns as printed, cells pushed right by rowspans from above
function M.each_cell(rows, visit)
  local taken = {}
  for _, row in ipairs(rows) do
    local column = 1
    for _, cell in ipairs(row.cells) do
      while (taken[column] or 0) > 0 do taken[column] = taken[column] - 1; column = column + 1 end
      visit(cell, column)
      for _ = 1, cell.col_span do taken[column] = cell.row_span - 1; column = column + 1 end
    end
    while (taken[column] or 0) > 0 do taken[column] = taken[column] - 1; column = column + 1 end
  end
end

local short_text = 10 -- a cell of up to five characters stays in one line where that can be had

-- per column, padding included: head (of its longest head), body (of its longest cell), least (what must not break)
local function measured(el, available)
  local n = #el.colspecs
  local head, body, least, whole = {}, {}, {}, {}
  for i = 1, n do head[i], body[i], least[i], whole[i] = 4 + padding, 4 + padding, 2 + padding, 2 + padding end
  local function into(widths)
    return function(cell, column)
      if cell.col_span > 1 then return end
      local wide, word = extent(cell)
      widths[column] = math.max(widths[column], math.min(wide, 60) + padding)
      least[column] = math.max(least[column], word + padding)
      if widths == head then least[column] = math.max(least[column], math.min(wide, 6) + padding) end
      if widths == body and wide <= short_text then whole[column] = math.max(whole[column], wide + padding) end
    end
  end
  M.each_cell(el.head.rows, into(head))
  for _, one in ipairs(el.bodies) do M.each_cell(one.body, into(body)) end
  M.each_cell(el.foot.rows, into(body))
  local needed = 0
  for i = 1, n do needed = needed + math.max(whole[i], least[i]) end
  if needed <= available then
    for i = 1, n do least[i] = math.max(whole[i], least[i]) end
  end
  return head, body, least
end

local function sum(numbers)
  local total = 0
  for _, number in ipairs(numbers) do total = total + number end
  return total
end

-- from what columns would like to what fits: each gets its least, the rest goes by what it has beyond that
local function shrunk(wanted, least, available)
  local out, spare = {}, math.max(available - sum(least), 0)
  local beyond = 0
  for i = 1, #wanted do beyond = beyond + math.max(wanted[i] - least[i], 0) end
  for i = 1, #wanted do
    out[i] = least[i] + (beyond > 0 and math.max(wanted[i] - least[i], 0) * spare / beyond or spare / #wanted)
  end
  return out
end

-- shares of the page by what columns hold; a head may take two lines where there is no room for one
local function fitted(head, body, least, available)
  local wanted = {}
  for i = 1, #head do wanted[i] = math.max(head[i], body[i], least[i]) end
  if sum(wanted) > available then
    for i = 1, #head do
      local two_lines = math.max(math.ceil((head[i] - padding) / 2), math.min(head[i] - padding, 8)) + padding
      wanted[i] = math.max(two_lines, body[i], least[i])
    end
  end
  local widths = sum(wanted) > available and shrunk(wanted, least, available) or wanted
  local total = sum(widths)
  for i = 1, #widths do widths[i] = widths[i] / total end
  return widths
end

-- widths the author gave, scaled down where they pass the page; columns without one share the rest; none is so
-- narrow that a number would run out of its cell
local function given(specs, least, available)
  local taken, open = 0, 0
  for _, spec in ipairs(specs) do
    if spec[2] then taken = taken + spec[2] else open = open + 1 end
  end
  local rest = open > 0 and math.max(1 - taken, 0.1 * open) or 0
  local whole = math.min(taken + rest, 1)
  local widths, narrow = {}, false
  for i, spec in ipairs(specs) do
    widths[i] = (spec[2] or rest / open) / (taken + rest) * whole
    narrow = narrow or widths[i] * available < least[i]
  end
  if not narrow then return widths end
  for i = 1, #widths do widths[i] = widths[i] * available end
  widths = shrunk(widths, least, whole * available)
  local total = sum(widths)
  for i = 1, #widths do widths[i] = widths[i] / total * whole end
  return widths
end

-- The share of the text's width that each column of a table gets: what the author gave, or what it holds.
function M.of(el, wide, small)
  local page = (wide and 'landscape' or 'portrait') .. (small and ' small' or '')
  local head, body, least = measured(el, room[page])
  local has_own = el.colspecs:find_if(function(spec) return spec[2] ~= nil end)
  if has_own then return given(el.colspecs, least, room[page]) end
  return fitted(head, body, least, room[page])
end

return M
