// Reads a PowerShell script on standard input, and writes as JSON what does not
// parse, every command with its parameters, the functions it defines, and what
// compares or branches outside of them.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
const { Parser, Language } = require('@vscode/tree-sitter-wasm')
const grammar = join(dirname(require.resolve('@vscode/tree-sitter-wasm')), 'tree-sitter-powershell.wasm')

await Parser.init()
const parser = new Parser()
parser.setLanguage(await Language.load(grammar))

const found = { errors: [], commands: [], functions: [], judgements: [] }

const judges = [
  'comparison_operator', '-not', '!', '-and', '-or', '-xor',
  'if_statement', 'switch_statement', 'while_statement', 'do_statement', 'for_statement', 'foreach_statement'
]

function visit(node, inFunction) {
  const line = node.startPosition.row + 1
  if (node.type === 'ERROR' || node.isMissing) {
    found.errors.push({ line, text: node.text.slice(0, 80) })
  }
  if (node.type === 'command') {
    const name = node.childForFieldName('command_name')?.text ?? ''
    const parameters = node.descendantsOfType('command_parameter')
      .filter(p => owner(p).equals(node))
      .map(p => p.text.replace(/^-|:.*$/g, ''))
    found.commands.push({ line, name, parameters })
  }
  if (node.type === 'function_name') {
    found.functions.push(node.text)
  }
  if (judges.includes(node.type) && !inFunction) {
    found.judgements.push({ line, text: node.text.slice(0, 80) })
  }
  const inside = inFunction || node.type === 'function_statement'
  node.children.forEach(child => visit(child, inside))
}

// owner is the command that a parameter belongs to.
function owner(node) {
  while (node.type !== 'command') node = node.parent
  return node
}

visit(parser.parse(readFileSync(0, 'utf8')).rootNode, false)
console.log(JSON.stringify(found))
