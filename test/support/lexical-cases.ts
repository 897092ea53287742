/** Ways to write an attribute, and what Camunda's own model reads there: the value, or that the file is refused. */
export interface LexicalCase {
  readonly name: string
  readonly file: string | Uint8Array
  readonly value: string | 'refused'
}

function lexical(name: string, raw: string, value: string | 'refused', options: { readonly declaration?: string } = {}): LexicalCase {
  return { name, value, file: withAttribute(`"${raw}"`, options.declaration) }
}

function withAttribute(quoted: string, declaration = '<?xml version="1.0" encoding="UTF-8"?>'): string {
  return withStart(`<zeebe:properties><zeebe:property name="p" value=${quoted} /></zeebe:properties>`, declaration)
}

function withStart(extension: string, declaration = '<?xml version="1.0" encoding="UTF-8"?>'): string {
  return `${declaration}${definitions(`<bpmn:process id="P" isExecutable="true"><bpmn:startEvent id="S"><bpmn:extensionElements>${extension}</bpmn:extensionElements></bpmn:startEvent></bpmn:process>`)}`
}

function definitions(content: string, namespaces = 'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'): string {
  return `<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" ${namespaces} id="D" targetNamespace="t">${content}</bpmn:definitions>`
}

export const lexicalCases: readonly LexicalCase[] = [
  lexical('plain', 'a', 'a'),
  lexical('a line feed', 'a\nb', 'a b'),
  lexical('carriage return and line feed', 'a\r\nb', 'a b'),
  lexical('a carriage return', 'a\rb', 'a b'),
  lexical('a tab', 'a\tb', 'a b'),
  lexical('a reference to a line feed', 'a&#10;b', 'a\nb'),
  lexical('a reference to a carriage return', 'a&#13;b', 'a\rb'),
  lexical('a reference to a tab', 'a&#9;b', 'a\tb'),
  lexical('hexadecimal references in both cases', '&#x41;&#xE9;&#xe9;', 'Aéé'),
  lexical('a reference beyond U+FFFF', '&#x1F600;', '😀'),
  lexical('a decimal reference beyond U+FFFF', '&#128512;', '😀'),
  lexical('a character beyond U+FFFF', '😀', '😀'),
  lexical('references to halves of a pair', '&#xD83D;&#xDE00;', 'refused'),
  lexical('the five entities', '&lt;&gt;&amp;&quot;&apos;', `<>&"'`),
  lexical('a reference that is escaped', '&amp;#10;', '&#10;'),
  lexical('an entity of HTML', 'a&nbsp;b', 'refused'),
  lexical('a bare ampersand', 'a & b', 'refused'),
  lexical('an entity without its semicolon', 'a &lt b', 'refused'),
  lexical('a less-than sign', 'a < b', 'refused'),
  lexical('a greater-than sign', 'a > b', 'a > b'),
  lexical('a control character', 'a\u0001b', 'refused'),
  lexical('a reference to a control character', 'a&#1;b', 'refused'),
  lexical('U+FFFE', 'a\uFFFEb', 'refused'),
  lexical('next line, U+0085', 'a\u0085b', 'a\u0085b'),
  lexical('line separator, U+2028', 'a\u2028b', 'a\u2028b'),
  lexical('a no-break space', 'a\u00A0b', 'a\u00A0b'),
  lexical('blanks around', '  a  ', '  a  '),
  lexical('a comment of XML', 'a<!-- b -->', 'refused'),
  lexical('an apostrophe', "it's", "it's"),
  lexical('a CDATA section', '<![CDATA[a]]>', 'refused'),
  lexical('the end of a CDATA section', 'a]]>b', 'a]]>b'),
  lexical('upper-case X in a reference', '&#X41;', 'refused'),
  lexical('an empty reference', '&#;', 'refused'),
  lexical('no declaration', 'a\nb', 'a b', { declaration: '' }),
  lexical('a byte order mark', 'a', 'a', { declaration: '\uFEFF<?xml version="1.0" encoding="UTF-8"?>' }),
  lexical('a blank before the declaration', 'a', 'refused', { declaration: ' <?xml version="1.0"?>' }),
  lexical('a comment before the root', 'a', 'a', { declaration: '<!-- x -->' }),
  lexical('a DOCTYPE', 'a', 'refused', { declaration: '<!DOCTYPE definitions>' }),
  lexical('an entity of one’s own', '&who;', 'refused', { declaration: '<!DOCTYPE definitions [<!ENTITY who "me">]>' }),
  lexical('an unknown processing instruction', 'a', 'a', { declaration: '<?mine x?>' }),
  { name: 'single quotation marks', file: withAttribute(`'a"b'`), value: 'a"b' },
  { name: 'no quotation marks', file: withAttribute('a'), value: 'refused' },
  { name: 'an attribute twice', file: withAttribute('"a" value="b"'), value: 'refused' },
  { name: 'no blank between attributes', file: withAttribute('"a"value2="b"'), value: 'refused' },
  {
    name: 'bytes that are no UTF-8',
    file: Uint8Array.from([
      ...new TextEncoder().encode(withAttribute('"a')),
      0xe9,
      ...new TextEncoder().encode(withAttribute('"').split('value="').at(1) ?? ''),
    ]),
    value: 'refused',
  },
]

/** Ways to build a diagram. */
export const structuralCases: readonly { readonly name: string; readonly file: string }[] = [
  {
    name: 'another prefix',
    file: `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:z="http://camunda.org/schema/zeebe/1.0" id="D" targetNamespace="t"><process id="P"><startEvent id="S"><extensionElements><z:properties><z:property name="p" value="a"/></z:properties></extensionElements></startEvent></process></definitions>`,
  },
  {
    name: 'a namespace on the element itself',
    file: withStart('<properties xmlns="http://camunda.org/schema/zeebe/1.0"><property name="p" value="a"/></properties>'),
  },
  {
    name: 'Camunda’s prefix for something else',
    file: definitions(
      '<bpmn:process id="P"><bpmn:startEvent id="S"><bpmn:extensionElements><zeebe:properties><zeebe:property name="p" value="a"/></zeebe:properties></bpmn:extensionElements></bpmn:startEvent></bpmn:process>',
      'xmlns:zeebe="urn:other"',
    ),
  },
  { name: 'a prefix that is not declared', file: withStart('<zz:properties />') },
  { name: 'zeebe:properties twice', file: withStart('<zeebe:properties /><zeebe:properties />') },
  {
    name: 'a property twice',
    file: withStart('<zeebe:properties><zeebe:property name="p" value="a"/><zeebe:property name="p" value="b"/></zeebe:properties>'),
  },
  {
    name: 'an empty value, and none',
    file: withStart(
      '<zeebe:properties><zeebe:property name="p" value=""/><zeebe:property name="q"/><zeebe:property value="x"/></zeebe:properties>',
    ),
  },
  {
    name: 'properties within something else',
    file: withStart('<zeebe:ioMapping><zeebe:properties><zeebe:property name="p" value="a"/></zeebe:properties></zeebe:ioMapping>'),
  },
  {
    name: 'a property with a prefixed value',
    file: withStart('<zeebe:properties><zeebe:property name="p" zeebe:value="a"/></zeebe:properties>'),
  },
  {
    name: 'a comment and a CDATA section among properties',
    file: withStart(
      '<zeebe:properties><!-- <zeebe:property name="q"/> --><zeebe:property name="p" value="a"/><![CDATA[ ]]></zeebe:properties>',
    ),
  },
  {
    name: 'messages by reference, with a prefix and with none',
    file: definitions(
      '<bpmn:process id="P"><bpmn:receiveTask id="R" messageRef="tns:M"/><bpmn:receiveTask id="Q" messageRef="M"/><bpmn:receiveTask id="N"/></bpmn:process><bpmn:message id="M" name="m&#10;n"><bpmn:extensionElements><zeebe:subscription correlationKey="=k"/></bpmn:extensionElements></bpmn:message>',
      'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:tns="t"',
    ),
  },
  {
    name: 'a message that is not there',
    file: definitions('<bpmn:process id="P"><bpmn:receiveTask id="R" messageRef="Nowhere"/></bpmn:process>'),
  },
  {
    name: 'messages without a name and with an empty one',
    file: definitions(
      '<bpmn:process id="P"><bpmn:receiveTask id="R" messageRef="M"/><bpmn:receiveTask id="Q" messageRef="N"/></bpmn:process><bpmn:message id="M"/><bpmn:message id="N" name=""/>',
    ),
  },
  {
    name: 'several definitions',
    file: definitions(
      '<bpmn:process id="P"><bpmn:startEvent id="S"><bpmn:timerEventDefinition/><bpmn:messageEventDefinition messageRef="M"/></bpmn:startEvent></bpmn:process><bpmn:message id="M" name="m"/>',
    ),
  },
  {
    name: 'a definition by reference',
    file: definitions(
      '<bpmn:process id="P"><bpmn:startEvent id="S"><bpmn:eventDefinitionRef>Def</bpmn:eventDefinitionRef></bpmn:startEvent></bpmn:process><bpmn:message id="M" name="m"/><bpmn:messageEventDefinition id="Def" messageRef="M"/>',
    ),
  },
  {
    name: 'isExecutable as a digit',
    file: definitions('<bpmn:process id="P" isExecutable="1"/><bpmn:process id="Q" isExecutable="false"/><bpmn:process id="R"/>'),
  },
  {
    name: 'a collaboration before the processes',
    file: definitions(
      '<bpmn:collaboration id="C"><bpmn:participant id="X" processRef="P"/></bpmn:collaboration><bpmn:process id="P"><bpmn:startEvent id="S"/></bpmn:process>',
    ),
  },
]
