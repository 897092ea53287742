import { App, Stack } from 'aws-cdk-lib'
import { Vpc } from 'aws-cdk-lib/aws-ec2'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { SqsConnector } from 'camunda-sqs-bridge'

const stack = new Stack(new App(), 'Shop')
const existingQueue = (name: string) => Queue.fromQueueArn(stack, name, stack.formatArn({ service: 'sqs', resource: name }))

new SqsConnector(stack, 'Orders', {
  connector: SqsConnector.fromFile('connectors/orders.json'),
  queue: existingQueue('orders'),
  deadLetterQueue: existingQueue('orders-dead-letters'),
  alarmTopic: new Topic(stack, 'Alarms', { enforceSSL: true }),
  vpc: new Vpc(stack, 'Vpc'),
})
