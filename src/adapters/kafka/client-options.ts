/** The client's options for Kafka's addresses and its protocol. */
import type { BaseOptions } from '@platformatic/kafka'
import { KAFKA_MECHANISM, type KafkaAddress } from '../../ports/engine-address.ts'
import { engineContext, serverName } from '../node/engine-tls.ts'

type ClientOptions = Pick<BaseOptions, 'bootstrapBrokers' | 'tls' | 'tlsServerName' | 'sasl'>

export function clientOptions({ brokers, tls, login }: KafkaAddress): ClientOptions {
  return {
    bootstrapBrokers: [...brokers],
    ...(tls && {
      tls: {
        // The client reads it at each connection.
        get secureContext() {
          return engineContext(tls)
        },
      },
      // An IP address needs no server name; certificates are checked against it anyway.
      tlsServerName: brokers.every((broker) => serverName(broker.replace(/:\d+$/, '')) !== undefined),
    }),
    ...(login && { sasl: { mechanism: KAFKA_MECHANISM, username: login.user, password: login.password } }),
  }
}
