// Does with index.html what Trunk does with it: copies what its data-trunk links name, and writes a page
// that starts the wasm. A link that Trunk knows and this does not is an error.
//
//   node scripts/csr-page.mjs index.html FOLDER    where FOLDER has shop.js and shop_bg.wasm
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const [source, folder] = process.argv.slice(2);

function link(tag) {
  const attribute = (name) => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
  const [rel, href] = [attribute("rel"), attribute("href")];
  const name = basename(href);
  switch (rel) {
    case "css":
      cpSync(href, join(folder, name));
      return `<link rel="stylesheet" href="/${name}" />`;
    case "copy-file":
    case "copy-dir":
      cpSync(href, join(folder, name), { recursive: true });
      return "";
    case "rust":
      return (
        '<script type="module">import init from "/shop.js"; ' +
        'init({ module_or_path: "/shop_bg.wasm" });</script>'
      );
    default:
      throw new Error(`${source}: a data-trunk link of an unknown kind: ${tag}`);
  }
}

const page = readFileSync(source, "utf8").replace(/<link\s+data-trunk[^>]*>/g, link);
if (!page.includes("shop_bg.wasm")) throw new Error(`${source}: nothing starts the wasm`);
writeFileSync(join(folder, "index.html"), page);
