// The second validator: the JSON Schema of the OpenAPI Initiative, by Ajv.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const here = createRequire(pathToFileURL(`${process.cwd()}/`));
const { Validator } = await import(pathToFileURL(here.resolve("@seriousme/openapi-schema-validator")));
const validator = new Validator();
const outcome = await validator.validate(JSON.parse(await readFile(process.argv[2], "utf8")));
if (!outcome.valid || validator.version !== "3.1") {
    console.error(validator.version, JSON.stringify(outcome.errors, null, 2));
    process.exit(1);
}
