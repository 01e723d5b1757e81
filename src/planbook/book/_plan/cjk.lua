-- Chinese text: a line break beside a Chinese character is not a space, quotes are “ ”, and there are no italics:
-- emphasis is set like strong (in html by the style sheet).

local function is_cjk(cp)
  return cp and ((cp >= 0x2E80 and cp <= 0x9FFF) or (cp >= 0xF900 and cp <= 0xFAFF)
    or (cp >= 0xFF00 and cp <= 0xFFEF) or cp >= 0x20000
    or cp == 0x2014 or cp == 0x2018 or cp == 0x2019 or cp == 0x201C or cp == 0x201D or cp == 0x2026)
end

local function first(text) for _, cp in utf8.codes(text) do return cp end end
local function last(text) local cp; for _, c in utf8.codes(text) do cp = c end; return cp end

-- The text next to a break; a reference (Cite) becomes Chinese later on.
local function edge(inline, pick)
  if inline == nil then return nil end
  if inline.t == 'Cite' then return 0x4E00 end
  if inline.t == 'Note' then return nil end
  return pick(pandoc.utils.stringify(inline))
end

local function join(inlines)
  local out = pandoc.Inlines {}
  for i, inline in ipairs(inlines) do
    -- Footnotes hang on the word before them: look past them.
    local j = i - 1
    while inlines[j] and inlines[j].t == 'Note' do j = j - 1 end
    if not (inline.t == 'SoftBreak' and (is_cjk(edge(inlines[j], last))
        or is_cjk(edge(inlines[i + 1], first)))) then
      out:insert(inline)
    end
  end
  return out
end

local function quoted(el)
  local open, close = '“', '”'
  if el.quotetype == 'SingleQuote' then open, close = '‘', '’' end
  el.content:insert(1, pandoc.Str(open))
  el.content:insert(pandoc.Str(close))
  return el.content
end

local function emphasis(el)
  if FORMAT:match 'docx' or FORMAT:match 'typst' then return pandoc.Strong(el.content) end
end

return { { Quoted = quoted, Emph = emphasis }, { Inlines = join } }
