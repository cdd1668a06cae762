// Reads a PowerShell script on standard input, and writes as JSON what does not
// parse, every command with its parameters, and the functions it defines.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
const { Parser, Language } = require('@vscode/tree-sitter-wasm')
const grammar = join(dirname(require.resolve('@vscode/tree-sitter-wasm')), 'tree-sitter-powershell.wasm')

await Parser.init()
const parser = new Parser()
parser.setLanguage(await Language.load(grammar))

const found = { errors: [], commands: [], functions: [], splatted: [] }

function visit(node) {
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
  if (node.type === 'left_assignment_expression') {
    const [, key] = node.text.match(/^\$first\.(\w+)$/) ?? []
    if (key) found.splatted.push(key)
  }
  node.children.forEach(visit)
}

// owner is the command that a parameter belongs to.
function owner(node) {
  while (node.type !== 'command') node = node.parent
  return node
}

visit(parser.parse(readFileSync(0, 'utf8')).rootNode)
console.log(JSON.stringify(found))
