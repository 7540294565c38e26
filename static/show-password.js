// Lets people read the password they are typing. Without this file the field works all the same.
for (const box of document.querySelectorAll(".secret")) {
  const field = box.querySelector("input");
  const words = box.dataset;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "second";
  button.setAttribute("aria-controls", field.id);

  const set = (shown) => {
    field.type = shown ? "text" : "password";
    button.textContent = shown ? words.hide : words.show;
    button.setAttribute("aria-label", shown ? words.hideLabel : words.showLabel);
  };

  button.addEventListener("click", () => set(field.type === "password"));
  // Hidden again before it is sent, or the browser would remember it as ordinary text.
  field.form.addEventListener("submit", () => set(false));
  set(false);
  box.append(button);
}
