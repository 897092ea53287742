declare module '@bpmn-io/element-templates-validator' {
  export function validateAllZeebe(templates: readonly object[]): {
    readonly valid: boolean
    readonly results: readonly { readonly valid: boolean; readonly errors?: readonly object[] }[]
  }
}
