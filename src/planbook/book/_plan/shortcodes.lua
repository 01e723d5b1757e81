-- {{< pagebreak >}} for plain Pandoc. Quarto has taken its shortcodes out before filters run, so nothing is left for it here.

local breaks = { typst = '#pagebreak(weak: true)', openxml = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>',
  html = '<div style="page-break-after: always;"></div>' }

function Para(el)
  local name = pandoc.utils.stringify(el):match '^{{< *(%l+).->}}$'
  if not name then return nil end
  assert(name == 'pagebreak', 'planbook: {{< ' .. name .. ' >}}: only pagebreak is in the dialect')
  local format = FORMAT:match 'docx' and 'openxml' or FORMAT:match 'typst' or 'html'
  return pandoc.RawBlock(format, breaks[format])
end
