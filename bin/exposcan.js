#!/usr/bin/env node
import { main } from '../dist/program/main.js';

main(process.argv.slice(2));
