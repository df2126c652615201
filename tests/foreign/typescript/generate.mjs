// Runs openapi-typescript on documents: node generate.mjs FOLDER… reads FOLDER/document.json, writes document.ts.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import openapiTS, { astToString } from "openapi-typescript";

for (const folder of process.argv.slice(2)) {
  const document = JSON.parse(readFileSync(join(folder, "document.json"), "utf-8"));
  writeFileSync(join(folder, "document.ts"), astToString(await openapiTS(document)));
}
