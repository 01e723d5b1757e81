// A PDF in a frame: the page it is opened at stands in the address, so that it is found again when the PDF is new.
{
  const frame = document.querySelector("iframe");
  const { page } = document.forms[0];
  const wanted = () => Number(new URLSearchParams(location.hash.slice(1)).get("page")) || 1;
  const turn = () => {
    page.value = wanted();
    frame.src = `?file=${wanted()}#page=${wanted()}`; // a new address: of a new fragment alone the viewer takes no notice
  };
  const go = () => { location.hash = `page=${Math.max(1, page.valueAsNumber || 1)}`; };
  page.addEventListener("change", go);
  document.forms[0].addEventListener("submit", (event) => { event.preventDefault(); go(); });
  addEventListener("hashchange", turn);
  turn();
}
