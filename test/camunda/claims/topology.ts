import { expect } from 'vitest'
import { type Claim, SEEN_ON_8_6_0 } from '../claim.ts'

export const topology: readonly Claim[] = [
  {
    name: 'the topology names the release, and each partition has a healthy leader',
    seen: SEEN_ON_8_6_0,
    async holds(cluster) {
      const { gatewayVersion, partitionsCount, brokers } = await cluster.sdk.getTopology()
      expect(gatewayVersion).toMatch(/^8\.\d+\.\d+/)
      const led = brokers.flatMap(({ partitions }) => partitions.filter(({ role }) => String(role) === 'leader'))
      expect(led.map(({ health }) => health)).toEqual(Array(partitionsCount).fill('healthy'))
    },
  },
]
