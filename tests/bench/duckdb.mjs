// Runs one SQL statement on two threads.  node duckdb.mjs SQL, where @duckdb/node-api is installed
import { createRequire } from 'module';
const { DuckDBInstance } = createRequire(process.cwd() + '/')('@duckdb/node-api');
const db = await DuckDBInstance.create(':memory:', { threads: '2' });
const connection = await db.connect();
await connection.run(process.argv[2]);
