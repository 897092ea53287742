export { bpmnProcess, deploy } from '../../local/bpmn.ts'
