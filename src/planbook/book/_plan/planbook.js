// What the other scripts share.
const planbook = {
  // Data from disk comes by a script that assigns window[name]: fetch() of a file is refused.
  load(file, name) {
    if (window[name]) return Promise.resolve(window[name]);
    return new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = file;
      script.onload = () => done(window[name]);
      script.onerror = () => fail(new Error(file));
      document.head.append(script);
    });
  },
  // An element with properties and children; data-… and aria-… are attributes.
  make(tag, properties = {}, ...children) {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(properties)) {
      if (key in element) element[key] = value;
      else if (value !== null) element.setAttribute(key, value);
    }
    element.append(...children.filter((child) => child != null));
    return element;
  },
  // A modal dialog: Esc and a click beside it close it, the focus goes back to where it was.
  dialog(className, label, ...children) {
    const box = planbook.make("dialog", { className, "aria-label": label }, ...children);
    box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
    document.body.append(box);
    return box;
  },
  closer: (box) => planbook.make("button", { className: "close", type: "button", onclick: () => box().close() }, "关闭"),
};
