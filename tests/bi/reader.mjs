// The reader of reader.py for DuckDB's node driver: node reader.mjs MARTS QUESTIONS OUT STOP MODULES
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [marts, questions, out, stop, modules] = process.argv.slice(2);
// The driver is installed elsewhere than this file stands.
const { DuckDBInstance } = createRequire(`${modules}/`)('@duckdb/node-api');
const asked = JSON.parse(readFileSync(questions, 'utf8'));
let before = null;
let rounds = 0;
writeFileSync(out, '');
while (!existsSync(stop)) {
  const instance = await DuckDBInstance.create(marts, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const answers = {};
  for (const [name, sql] of Object.entries(asked)) {
    const text = `SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (${sql.trim().replace(/;$/, '')}\n) AS told`;
    answers[name] = (await connection.runAndReadAll(text)).getRows();
  }
  connection.closeSync();
  instance.closeSync();
  rounds += 1;
  const told = JSON.stringify(answers);
  if (told !== before) {
    before = told;
    appendFileSync(out, `{"rounds": ${rounds}, "answers": ${told}}\n`);
  }
}
