import type { TraceNode } from '../api.ts'

/** How an expression came to its value, each part below what it is part of. */
export function Trace({ trace }: { readonly trace: TraceNode }) {
  return (
    <ul class="trace">
      <Part node={trace} />
    </ul>
  )
}

function Part({ node }: { readonly node: TraceNode }) {
  const { expression, skipped, warnings = [], parts = [] } = node
  return (
    <li class={skipped ? 'skipped' : undefined}>
      <code class="expression">{expression}</code> <span class="arrow">→</span> <Value node={node} />
      {skipped && <span class="quiet"> (not asked: what is before it decides)</span>}
      {warnings.map((warning) => (
        <p key={warning} class="warn">
          {warning}
        </p>
      ))}
      {parts.length > 0 && (
        <ul>
          {parts.map((part, index) => (
            <Part key={index} node={part} />
          ))}
        </ul>
      )}
    </li>
  )
}

export function Value({ node: { value, type, failure } }: { readonly node: TraceNode }) {
  if (failure !== undefined) return <span class="bad">{failure}</span>
  return (
    <code class={value === 'true' ? 'good' : value === 'false' || value === 'null' ? 'warn' : 'value'} title={type}>
      {value}
    </code>
  )
}
