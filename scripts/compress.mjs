// Writes FILE.br beside each file of a folder whose content changed, for the server to send.
import { readFileSync, writeFileSync, readdirSync, existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const folder = process.argv[2];
for (const name of readdirSync(folder)) {
  const file = join(folder, name);
  const packed = `${file}.br`;
  if (name.endsWith(".br")) continue;
  if (existsSync(packed) && statSync(packed).mtimeMs >= statSync(file).mtimeMs) continue;
  const content = readFileSync(file);
  writeFileSync(packed, brotliCompressSync(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  }));
}
