-- What Pandoc's Typst writer does not say as plan.typ wants it: raw Typst, tables, beginnings of lines.

local M = {}

function M.raw(text) return pandoc.RawInline('typst', text) end
function M.block(text) return pandoc.RawBlock('typst', text) end
function M.quote(text) return '"' .. text:gsub('[\\"]', '\\%0') .. '"' end

-- “1. 甲” or “- 乙” at the beginning of a cell, a note or a line would become a list
function M.guard(inlines)
  local out = pandoc.Inlines {}
  for i, inline in ipairs(inlines) do
    local before, after = inlines[i - 1], inlines[i + 1]
    local begins = not before or before.t == 'LineBreak' or before.t == 'RawInline' and before.text:match '%[$'
    if begins and inline.t == 'Str' and (not after or after.t == 'Space')
      and (inline.text:match '^%d+%.$' or inline.text:match '^[%-+=/]+$') then
      out:insert(M.raw '#[]')
    end
    out:insert(inline)
  end
  return #out > #inlines and out or nil
end

-- a table as a call of our plantable, which needs to know whose it is
function M.table(el, id, name)
  local text = pandoc.write(pandoc.Pandoc { el:walk { Inlines = M.guard } }, 'typst', { wrap_text = 'wrap-none' })
  local call, count = text:gsub('^#table%(', function() return '#plantable(' .. M.quote(id) .. ', ' .. M.quote(name) .. ',' end)
  assert(count == 1, id .. ': Pandoc wrote no table')
  return M.block(call)
end

return M
