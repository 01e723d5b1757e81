-- The way through the site, for our own page template: all chapters with their sections, the contents of the page at
-- hand, previous and next. Quarto makes its own; there this is not used.

local labels = require '_plan.labels'
local M = {}

local function page(chapter) return (chapter.file:gsub('%.%w+$', '.html')) end
local function entry(chapter)
  if not chapter then return nil end
  local number = chapter.number and labels.heading_number(1, chapter, {}):gsub('　', '') or nil
  return { href = page(chapter), number = number, text = pandoc.utils.stringify(chapter.title) }
end

local function exists(path)
  local file = io.open(path, 'rb')
  return file ~= nil and file:close()
end

-- headings of the blocks as a tree: { href, text, entries }, level 1 at its root with its number apart
local function contents(blocks)
  local root = { entries = pandoc.List() }
  local last = { [0] = root }
  blocks:walk {
    traverse = 'topdown',
    Div = function(el) return el, not (labels.is_callout(el) or el.classes:includes 'callout') end,
    Header = function(el)
      if el.level > 3 or not last[el.level - 1] then return nil end
      local item = { href = '#' .. el.identifier, text = pandoc.utils.stringify(el.content), entries = pandoc.List() }
      if el.level == 1 and el.content[1].t == 'Span' then
        item.number, item.text = item.text:match '^(.-)　(.*)$'
      end
      last[el.level - 1].entries:insert(item)
      last[el.level] = item
      if el.level == 1 then last[3] = nil end
    end,
  }
  return root.entries
end

-- figures and tables are written already: their captions begin with a labelled span
local function floats(blocks)
  local out, id = pandoc.List(), nil
  blocks:walk {
    traverse = 'topdown',
    RawBlock = function(el) id = el.text:match '^<figure id="([^"]+)"' or id end,
    Plain = function(el)
      local label = el.content[2]
      if label and label.t == 'Span' and label.classes:includes 'caption-label' then
        out:insert { href = '#' .. id, text = pandoc.utils.stringify(el.content) }
      end
    end,
  }
  return out
end

-- every heading with an id can be pointed at; the contents say the same to those who do not point
local function anchors(blocks)
  return blocks:walk { Header = function(el)
    if el.identifier == '' then return nil end
    local hidden = { { 'aria-hidden', 'true' }, { 'tabindex', '-1' } }
    el.content:insert(pandoc.Link({}, '#' .. el.identifier, '', pandoc.Attr('', { 'anchor' }, hidden)))
    return el
  end }
end

local function chapters(index, here)
  local nav = pandoc.List()
  for _, one in ipairs(index.order) do
    local item, own = entry(one), one == here
    item.here = own
    item.sections = one.sections:map(function(section)
      return { href = (own and '' or item.href) .. '#' .. section.id, text = section.text }
    end)
    nav:insert(item)
  end
  return nav
end

-- The whole book on one page: its chapters are sections of the page.
local function single(meta, blocks)
  meta.nav = contents(blocks):map(function(chapter)
    return { href = chapter.href, number = chapter.number, text = chapter.text, sections = chapter.entries }
  end)
  meta.first, meta.home, meta.pagetitle = true, '#content', meta.title
  return anchors(blocks)
end

-- meta: gets nav, toc, floats, previous, next, pagetitle, home, first (true on the page that carries the cover),
-- notebook (the page of the chapter's calculation, where there is one); chapter: nil where the page is the whole book.
-- Returns the blocks with an anchor at each heading.
function M.add(meta, blocks, index, chapter)
  if not chapter then return single(meta, blocks) end
  local at
  for i, one in ipairs(index.order) do if one == chapter then at = i end end
  local parts = contents(blocks)
  meta.nav, meta.previous, meta.next = chapters(index, chapter), entry(index.order[at - 1]), entry(index.order[at + 1])
  meta.toc, meta.floats = parts[1] and parts[1].entries, floats(blocks)
  meta.first, meta.home = at == 1, page(index.order[1])
  meta.pagetitle = labels.chapter_name(chapter) .. ' – ' .. pandoc.utils.stringify(meta.title)
  local notebook = 'notebooks/' .. page(chapter)
  if exists((notebook:gsub('%.html$', '.ipynb'))) then meta.notebook = notebook end
  return anchors(blocks)
end

return M
