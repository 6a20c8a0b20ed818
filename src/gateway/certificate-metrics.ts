/**
 * Prometheus metrics of a server's certificate: until when it is valid, and whether a newer one
 * could be had.
 */
import { Gauge, type Registry } from 'prom-client'
import type { CertificateSource } from '../ports/certificate-source.ts'

export function certificateMetrics(registry: Registry, certificates: CertificateSource): void {
  new Gauge({
    name: 'elections_tls_certificate_expiry_timestamp_seconds',
    help: 'When the certificate in use expires, Unix seconds; 0 before the first',
    aggregator: 'min',
    registers: [registry],
    collect() {
      const { expires_at } = certificates.state()
      this.set(expires_at === null ? 0 : Date.parse(expires_at) / 1000)
    },
  })
  new Gauge({
    name: 'elections_tls_certificate_failing',
    help: '1 while a newer certificate could not be had or read',
    aggregator: 'max',
    registers: [registry],
    collect() {
      this.set(certificates.state().problem === null ? 0 : 1)
    },
  })
}
