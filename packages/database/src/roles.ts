/** Database roles: one a service, each with just the rights its migration grants. The owner runs migrations. */
export const ownerRole = 'apiary';

/** Service name → its role. The password is the secret `database-password` of that service. */
export const serviceRoles = {
  'config-server': 'apiary_config_server',
  'mqtt-processor': 'apiary_mqtt_processor',
  dashboard: 'apiary_dashboard',
  livestream: 'apiary_livestream',
  notifier: 'apiary_notifier',
} as const;
export type ServiceWithRole = keyof typeof serviceRoles;
