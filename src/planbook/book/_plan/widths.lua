-- How wide the columns of a table are, on paper: the same in Typst and Word. (A browser finds out by itself.)

local M = {}

-- what fits between the margins, in half-width characters: 12 pt paper text width over the table's type size
local room = { portrait = 83, landscape = 132, ['portrait small'] = 97, ['landscape small'] = 154 }
local scale = { portrait = 1, landscape = 1 } -- of the room, by the margins that params ask for
local paddings = { portrait = 2.3, landscape = 1.7 } -- of a cell, in the same unit
local digit, point, percent = 1.12, 0.6, 1.8 -- figures and letters of the wider face, and what stands with them

local gap = 0.5 -- between Chinese and figures or letters

local function width_of(text)
  local width, before = 0, nil
  for _, code in utf8.codes(text) do
    local wide = code >= 0x2010
    local joins = wide and code >= 0x3400 and code < 0xA000 or code < 0x80 and string.char(code):match '%w' ~= nil
    if joins and before ~= nil and before ~= wide then width = width + gap end
    width = width + (wide and 2 or (code == 0x2e or code == 0x2c) and point or code == 0x25 and percent or digit)
    if joins then before = wide else before = nil end
  end
  return width
end

-- how wide a cell's text is, and the widest piece of it that must not break (Chinese breaks anywhere)
local function extent(cell)
  local text, least = pandoc.utils.stringify(cell.contents), 2
  for piece in text:gmatch '[%w%.,:%%%-/]+' do least = math.max(least, width_of(piece)) end
  if text:find '%d%d%d%d年' then least = math.max(least, width_of '2000年') end
  -- a list of numbers (12、4、10) stays in one line as far as it is short: Writer would break it within a number
  if text:match '^[%d、]+$' then least = math.max(least, math.min(width_of(text), 16.2)) end
  return width_of(text), math.min(least, 24)
end

-- visit(cell, column, row): columns as printed, cells pushed right by rowspans from above
function M.each_cell(rows, visit)
  local taken = {}
  for number, row in ipairs(rows) do
    local column = 1
    for _, cell in ipairs(row.cells) do
      while (taken[column] or 0) > 0 do taken[column] = taken[column] - 1; column = column + 1 end
      visit(cell, column, number)
      for _ = 1, cell.col_span do taken[column] = cell.row_span - 1; column = column + 1 end
    end
    while (taken[column] or 0) > 0 do taken[column] = taken[column] - 1; column = column + 1 end
  end
end

-- a head's name and its unit: 面积（万平方米）; nil for one without
local function unit_of(text)
  local name, unit = text:match '^(.+)（(.*)）$'
  if name then return name:gsub('%s+$', ''), '（' .. unit .. '）' end
end

-- the lines that an author broke a head into
local function lines_of(cell)
  local out = { '' }
  for _, inline in ipairs(cell.contents[1] and cell.contents[1].content or {}) do
    if inline.t == 'LineBreak' then out[#out + 1] = '' else out[#out] = out[#out] .. pandoc.utils.stringify(inline) end
  end
  return out
end

-- where a name's middle is, after so many signs; not within a word that heads often have
local function middle(name, length)
  local half = length // 2
  for _, word in ipairs { '文化', '改造', '社区', '建成' } do
    local at = name:find(word, 1, true)
    if at and utf8.len(name, 1, at - 1) == half - 1 then return half + 1 end
  end
  return half
end

-- how wide a head is in its lines; one of one line would be in two, its unit in the second
local function two_lines(cell, word)
  local own, wide = lines_of(cell), word
  local name, unit = unit_of(own[1])
  if #own > 1 then
    for _, line in ipairs(own) do wide = math.max(wide, width_of(line)) end
    return wide
  end
  if not name then name, unit = own[1], '' end
  local year, rest = name:match '^(%d%d%d%d年底)(.+)$'
  if year then return math.max(width_of(year), width_of(rest), word) end
  local alone, length = width_of(name), utf8.len(name)
  local half = alone == 2 * length and middle(name, length) or length // 2
  return math.max(alone > 10 and alone * math.max(half, length - half) / length or alone, width_of(unit), word)
end

local function sum(numbers)
  local total = 0
  for _, number in ipairs(numbers) do total = total + number end
  return total
end

-- what long columns keep is less where there is no room for all of it
local function grant_partly(least, wished, available)
  local more, total = {}, 0
  for i = 1, #least do
    more[i] = math.max((wished[i] or 0) - least[i], 0)
    total = total + more[i]
  end
  local part = total > 0 and math.min(math.max(available - sum(least), 0) / total, 1) or 0
  for i = 1, #least do least[i] = least[i] + more[i] * part end
end

-- columns have what they wish for as long as there is room; half a letter less does, too
local function grant(least, wished, available)
  local spare = math.max(available - sum(least), 0)
  for i = 1, #least do
    local more = math.max((wished[i] or 0) - least[i], 0)
    if more <= spare + 0.5 then
      least[i] = least[i] + math.min(more, spare)
      spare = math.max(spare - more, 0)
    end
  end
end

-- where that can be had, cells of up to so many half-widths stay in one line, long ones need two, unless they are few
local lines, long, few = { 10, 14, 20 }, 30, 0.05

-- the widest of the lines that an author broke a cell into: as far as they are short, they do not break again
local function own_lines(cell)
  local own, widest = lines_of(cell), 0
  for _, line in ipairs(#own > 1 and own or {}) do
    local wide = width_of(line)
    if wide <= lines[3] + 1 then widest = math.max(widest, wide) end
  end
  return widest
end

-- per row of the body, and per column how wide its text is; per column the widest piece that must not break
local function rows_of(el)
  local rows, words = {}, {}
  local function add(part)
    local above = #rows
    for row = 1, #part do rows[above + row] = {} end
    M.each_cell(part, function(cell, column, row)
      if cell.col_span > 1 then return end
      local wide, word = extent(cell)
      local is_amount = wide <= 16 and pandoc.utils.stringify(cell.contents):match '^[%d%.]+[^%d%s]+$' -- 22.45万元
      rows[above + row][column] = wide / cell.row_span
      words[column] = math.max(words[column] or 0, is_amount and wide or word, own_lines(cell))
    end)
  end
  for _, body in ipairs(el.bodies) do add(body.body) end
  add(el.foot.rows)
  return rows, words
end

local function raise(widths, column, width) widths[column] = math.max(widths[column] or 0, width) end

-- per column, padding included: head (of its longest head), least (what must not break in it), units (its unit),
-- two (its longest head in two lines)
local function heads_of(el, padding)
  local head, least, units, two = {}, {}, {}, {}
  for i = 1, #el.colspecs do head[i], least[i], units[i], two[i] = 4 + padding, 2 + padding, 0, 0 end
  M.each_cell(el.head.rows, function(cell, column)
    if cell.col_span > 1 then return end
    local wide, word = extent(cell)
    raise(head, column, math.min(wide, 60) + padding)
    local own = lines_of(cell)
    -- （万平方米）, and （市）、 of 县（市）、区, stay whole; its bracket closes up, but Word may leave it wide
    local unit = select(2, unit_of(own[#own])) or own[#own]:match '^（.*）$' or own[#own]:match '（.-）、'
    local whole = unit and width_of(unit) or 0
    raise(units, column, math.min(whole, 12) + padding)
    raise(least, column, math.max(word, math.min(wide, 6), math.min(math.max(whole - 1, 0), 11)) + padding)
    raise(two, column, two_lines(cell, math.min(word, 10)) + padding)
  end)
  return head, least, units, two
end

-- per column, padding included: head (of its longest head), body (of its longest cell), least (what must not break,
-- and what need not, dearest wish first; long text keeps most of the width that its author gave it), floor (what must
-- not break, and heads in their lines); the rows
local function measured(el, available, padding)
  local head, least, units, two = heads_of(el, padding)
  local rows, words = rows_of(el)
  local body, cells, floor = {}, {}, {}
  for i = 1, #least do body[i], cells[i] = 4 + padding, pandoc.List() end
  for column, word in pairs(words) do raise(least, column, word + padding) end
  for _, row in ipairs(rows) do
    for column, wide in pairs(row) do
      raise(body, column, math.min(wide, 60) + padding)
      cells[column]:insert(wide)
    end
  end
  for i = 1, #least do floor[i] = math.max(least[i], units[i], two[i]) end
  -- the widest of the cells from above `from` to `to`, padding included
  local function wish(from, to, share)
    local wished = {}
    for column, widths in ipairs(cells) do
      local such = widths:filter(function(wide) return wide > from and wide <= to end)
      if #such > 0 and #such >= few * #widths then wished[column] = math.max(table.unpack(such)) * share + padding end
    end
    return wished
  end
  local kept = {}
  for i, spec in ipairs(el.colspecs) do
    if spec[2] and body[i] > long then kept[i] = spec[2] * available * 0.9 end
  end
  grant(least, wish(0, lines[1], 1), available)
  grant_partly(least, kept, available)
  grant(least, wish(lines[2], long, 0.5), available)
  grant(least, wish(lines[1], lines[2], 1), available)
  grant(least, units, available)
  grant(least, two, available)
  grant(least, wish(lines[2], lines[3], 1), available)
  return head, body, least, floor, rows
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
local function fitted(head, body, least, available, padding)
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

-- how high the rows are whose columns are as wide as this; one of many lines costs more than many of two
local function height_of(rows, widths, padding)
  local total = 0
  for _, row in ipairs(rows) do
    local high = 1
    for column, wide in pairs(row) do high = math.max(high, math.ceil((wide - 0.1) / (widths[column] - padding))) end
    total = total + high ^ 3
  end
  return total
end

-- what a column keeps: its floor, and short cells that stand in one line
local function kept_by(widths, floor, rows, padding)
  local kept = { table.unpack(floor) }
  for _, row in ipairs(rows) do
    for column, wide in pairs(row) do
      local needed = wide + padding
      if wide <= lines[3] and needed <= widths[column] + 0.1 then kept[column] = math.max(kept[column], needed) end
    end
  end
  return kept
end

-- the columns that make rows high: no other makes one lower by being wider
local function high_columns(rows, widths, padding)
  local high = {}
  for _, row in ipairs(rows) do
    for column, wide in pairs(row) do high[column] = high[column] or wide - 0.1 > widths[column] - padding end
  end
  return high
end

-- Width goes from one column to another as long as rows get lower by it, first where the least width does most.
local steps = { 1, 2, 4, 8, 16 }
local function tightened(widths, floor, rows, padding)
  local height, kept = height_of(rows, widths, padding), kept_by(widths, floor, rows, padding)
  local function move(from, to, step) widths[from], widths[to] = widths[from] - step, widths[to] + step end
  while true do
    local best, high = { gain = 0, step = 1 }, high_columns(rows, widths, padding)
    for from = 1, #widths do
      for to = 1, #widths do
        for _, step in ipairs(from ~= to and high[to] and steps or {}) do
          if widths[from] - step < kept[from] then break end
          move(from, to, step)
          local gain = height - height_of(rows, widths, padding)
          move(to, from, step)
          if gain / step > best.gain / best.step then best = { from = from, to = to, step = step, gain = gain } end
        end
      end
    end
    if best.gain == 0 then return widths end
    move(best.from, best.to, best.step)
    height = height - best.gain
  end
end

local function in_lines(...)
  local out = {}
  for i, line in ipairs { ... } do
    if i > 1 then table.insert(out, pandoc.LineBreak()) end
    table.insert(out, pandoc.Str(line))
  end
  return out
end

-- 计划年度 in two lines, 计划 and 年度, 2000年底以前 after its year; as it is where a half would break again
local function halves(name, width)
  for _, pattern in ipairs { '^(%d%d%d%d年底)(.+)$', '^(%d%d%d%d年)(.+)$' } do
    local year, rest = name:match(pattern)
    if year and math.max(width_of(year), width_of(rest)) + 2 <= width then return in_lines(year, rest) end
  end
  local length = utf8.len(name)
  local half = middle(name, length)
  local broken_by_itself = name:find '%w' or name:find '（' or name:find '、' or math.max(half, length - half) * 2 + 2 > width
  if length < 4 or length > 8 or broken_by_itself then return { pandoc.Str(name) } end
  local at = utf8.offset(name, half + 1)
  return in_lines(name:sub(1, at - 1), name:sub(at))
end

-- A head that is too long for its column breaks before its unit, then in its middle. A bracket at its end closes up.
local function break_head(cell, width)
  local block = cell.contents[1]
  local last = block and block.content and block.content[#block.content]
  if not last or last.t ~= 'Str' or width_of(last.text) + (last.text:match '）$' and 1 or 2) <= width then return end
  local name, unit = unit_of(last.text)
  name = name or last.text
  block.content:remove()
  block.content:extend(width_of(name) + 2 > width and halves(name, width) or { pandoc.Str(name) })
  if unit then block.content:extend { pandoc.LineBreak(), pandoc.Str(unit) } end
end

-- asked: the margins of an upright page in cm, by edge; a landscape page is the sheet turned
function M.set_margins(asked)
  scale.portrait = (21 - (asked.left or 2.8) - (asked.right or 2.8)) / 15.4
  scale.landscape = (29.7 - (asked.top or 2.54) - (asked.bottom or 2.54)) / 24.62
end

-- Tables of one kind have the same heads (2021年度改造小区清单, 2022年度…); one without a head is of none.
local function kind_of(el, wide, small)
  if #el.head.rows == 0 then return nil end
  local heads = { #el.colspecs, wide and 'wide' or '', small and 'small' or '' }
  M.each_cell(el.head.rows, function(cell) heads[#heads + 1] = pandoc.utils.stringify(cell.contents) end)
  return table.concat(heads, '\0')
end

-- what all tables of a kind hold, as one table, by their kind
local kinds = {}
function M.learn(el, wide, small)
  local kind = kind_of(el, wide, small)
  if not kind then return end
  kinds[kind] = kinds[kind] or { head = el.head, bodies = {}, foot = { rows = {} }, colspecs = el.colspecs }
  for _, body in ipairs(el.bodies) do table.insert(kinds[kind].bodies, body) end
  for _, row in ipairs(el.foot.rows) do table.insert(kinds[kind].foot.rows, row) end
end

local function shares_of(el, available, padding)
  local head, body, least, floor, rows = measured(el, available, padding)
  local has_own = el.colspecs:find_if(function(spec) return spec[2] ~= nil end)
  local shares = has_own and given(el.colspecs, least, available) or fitted(head, body, least, available, padding)
  for i = 1, #shares do shares[i] = shares[i] * available end
  shares = tightened(shares, floor, rows, padding)
  for i = 1, #shares do shares[i] = shares[i] / available end
  return shares
end

-- The share of the text's width that each column of a table gets, and of all tables of its kind: what the author gave,
-- or what they hold. Breaks heads.
function M.of(el, wide, small)
  local turn = wide and 'landscape' or 'portrait'
  local available, padding = room[turn .. (small and ' small' or '')] * scale[turn], paddings[turn]
  local all = kinds[kind_of(el, wide, small) or false]
    or { head = el.head, bodies = el.bodies, foot = el.foot, colspecs = el.colspecs }
  all.shares = all.shares or shares_of(all, available, padding)
  M.each_cell(el.head.rows, function(cell, column)
    if cell.col_span == 1 then break_head(cell, all.shares[column] * available) end
  end)
  return all.shares
end

return M
