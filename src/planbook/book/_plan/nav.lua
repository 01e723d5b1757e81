-- The way through the site, for our own page template: all chapters, the sections of this one, previous and next.
-- Quarto makes its own; there this is not used.

local labels = require '_plan.labels'
local M = {}

local function page(chapter) return (chapter.file:gsub('%.%w+$', '.html')) end
local function entry(chapter) return chapter and { href = page(chapter), text = labels.chapter_name(chapter) } end

local function sections(blocks)
  local out = pandoc.List()
  blocks:walk {
    traverse = 'topdown',
    Div = function(el) return el, not (labels.is_callout(el) or el.classes:includes 'callout') end,
    Header = function(el)
      if el.level == 2 then out:insert { href = '#' .. el.identifier, text = pandoc.utils.stringify(el.content) } end
    end,
  }
  return out
end

-- every heading with an id can be pointed at
local function anchors(blocks)
  return blocks:walk { Header = function(el)
    if el.identifier == '' then return nil end
    el.content:insert(pandoc.Link({}, '#' .. el.identifier, '', pandoc.Attr('', { 'anchor' }, { ['aria-label'] = '本节链接' })))
    return el
  end }
end

-- meta: gets nav, previous, next, pagetitle, book-title, first (true on the page that carries the cover); returns
-- the blocks with an anchor at each heading
function M.add(meta, blocks, index, chapter)
  local nav, at = pandoc.List(), nil
  for i, one in ipairs(index.order) do
    local item = entry(one)
    if one == chapter then
      at, item.here, item.sections = i, true, sections(blocks)
    end
    nav:insert(item)
  end
  meta.nav, meta.previous, meta.next = nav, entry(index.order[at - 1]), entry(index.order[at + 1])
  meta.first = at == 1
  meta.pagetitle = labels.chapter_name(chapter) .. ' – ' .. pandoc.utils.stringify(meta.title)
  return anchors(blocks)
end

return M
