#!/usr/bin/env node
// Holds our OpenAPI document, on stdin, against Redocly's rules, who had no part in writing it.
import fs from 'node:fs';
import { createConfig, lintFromString } from '@redocly/openapi-core';

const config = await createConfig({
  extends: ['recommended-strict'],
  rules: {
    // the contract's paths: /notifications/{id}/read beside /notifications/category/{name}; literals win, as the standard says
    'no-ambiguous-paths': 'off',
    'no-unused-components': 'error',
    'operation-tag-defined': 'error',
    'path-not-include-query': 'error',
  },
});
const source = fs.readFileSync(0, 'utf8');
const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config });
for (const p of problems.slice(0, 40)) console.log(`${p.ruleId}: ${p.message} (${p.location[0]?.pointer})`);
console.log(`${Object.keys(JSON.parse(source).paths ?? {}).length} paths, ${problems.length} problems`);
process.exitCode = problems.length ? 1 : 0;
