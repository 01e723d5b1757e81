// By day, by night, or as the system is: a choice is kept, and applied before anything is painted.
{
  const dark = document.getElementById("dark");
  const names = { auto: "自动", day: "浅色", night: "深色" };
  const media = { auto: dark.media, day: "not all", night: "screen" };
  const kept = () => { try { return localStorage.getItem("planbook-theme"); } catch { return null; } };
  const keep = (theme) => { try { localStorage.setItem("planbook-theme", theme); } catch { /* a browser that keeps nothing */ } };

  let theme = kept() in media ? kept() : "auto";
  dark.media = media[theme];

  addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector(".bar-theme");
    button.hidden = false;
    const show = () => {
      dark.media = media[theme];
      button.innerHTML = `<span>配色：</span>${names[theme]}`;
      button.setAttribute("aria-label", "配色：" + names[theme]);
    };
    button.addEventListener("click", () => {
      const order = Object.keys(names);
      theme = order[(order.indexOf(theme) + 1) % order.length];
      keep(theme);
      show();
    });
    show();
  });
}
