// A template tag that builds HTML and escapes everything that is not HTML already.

/** A piece of finished HTML; only {@link html} and {@link trusted} make one. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand in a template: text is escaped, HTML and lists of it are inserted, nothing is left out. */
export type Part = string | number | Html | readonly Part[] | undefined | false;

/**
 * Builds HTML from a template; strings and numbers put into it are escaped.
 *
 * @example
 * ```ts
 * html`<p>${"a < b"}</p>`.toString(); // "<p>a &lt; b</p>"
 * ```
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, i) => (i === 0 ? "" : render(parts[i - 1])) + text).join(""));
}

/** Text inserted as it is: style sheets and the like, never anything from outside. */
export function trusted(text: string): Html {
  return new Html(text);
}

function render(part: Part): string {
  if (part === undefined || part === false) return "";
  if (part instanceof Html) return part.toString();
  if (typeof part === "object") return part.map(render).join("");
  return String(part).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
