import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

/**
 * All that the stand-in knows, in one SQLite database on disk: what a command has changed is there when its answer leaves, and the process may be
 * killed at any time. Keys are texts of digits; rows are in the order of their creation.
 */

export interface DefinitionRow {
  readonly key: string
  readonly deployment: string
  readonly id: string
  readonly version: number
  readonly name: string | null
  readonly tenant: string
  readonly resource: string
  readonly xml: string
}

export interface InstanceRow {
  readonly key: string
  readonly definition: string
  readonly process: string
  readonly tenant: string
  /** JSON. */
  readonly variables: string
  readonly state: 'ACTIVE' | 'COMPLETED' | 'TERMINATED'
  /** Milliseconds of the epoch. */
  readonly started: number
  readonly ended: number | null
  /** Of the message that started it, where it had one: there is one active instance of a process for it. */
  readonly correlation_key: string
  readonly business_id: string | null
  /** JSON. */
  readonly tags: string
}

/** What a token waits at, or an event sub-process which has begun. */
export interface ElementInstanceRow {
  readonly key: string
  readonly instance: string
  readonly element: string
  /** Key of the element instance, or of the process instance, which it is in. */
  readonly scope: string
}

export interface JobRow {
  readonly key: string
  readonly instance: string
  readonly element_instance: string
  readonly element: string
  readonly type: string
  readonly retries: number
  /** Until when it is another worker's, or has to wait; milliseconds of the epoch. */
  readonly deadline: number
  readonly worker: string
}

export interface MessageRow {
  readonly key: string
  readonly tenant: string
  readonly name: string
  readonly correlation_key: string
  readonly message_id: string
  /** Milliseconds of the epoch. */
  readonly deadline: number
  /** JSON. */
  readonly variables: string
}

export interface SubscriptionRow {
  readonly key: string
  readonly tenant: string
  readonly name: string
  readonly correlation_key: string
  readonly instance: string
  readonly process: string
  /** Which waits, and ends with it: the element's instance, or the scope of an event sub-process. */
  readonly element_instance: string
  readonly element: string
  readonly state: 'CREATED' | 'CORRELATED' | 'DELETED'
  /** Milliseconds of the epoch. */
  readonly updated: number
}

export interface StartSubscriptionRow {
  readonly definition: string
  readonly process: string
  readonly tenant: string
  readonly name: string
  readonly element: string
}

export interface IncidentRow {
  readonly instance: string
  readonly element_instance: string
  readonly element: string
  readonly message: string
}

const TABLES = `
  create table if not exists setting (name text primary key, value text not null) strict;
  create table if not exists process_definition (seq integer primary key, key text unique not null, deployment text not null, id text not null,
    version integer not null, name text, tenant text not null, resource text not null, xml text not null, unique (tenant, id, version)) strict;
  create table if not exists process_instance (seq integer primary key, key text unique not null, definition text not null, process text not null,
    tenant text not null, variables text not null, state text not null, started integer not null, ended integer, correlation_key text not null,
    business_id text, tags text not null) strict;
  create index if not exists active_by_key on process_instance (process, correlation_key) where state = 'ACTIVE' and correlation_key <> '';
  create index if not exists active_by_business_id on process_instance (definition, business_id) where state = 'ACTIVE' and business_id is not null;
  create table if not exists element_instance (seq integer primary key, key text unique not null, instance text not null, element text not null,
    scope text not null) strict;
  create index if not exists element_by_scope on element_instance (scope);
  create table if not exists job (seq integer primary key, key text unique not null, instance text not null, element_instance text not null,
    element text not null, type text not null, retries integer not null, deadline integer not null, worker text not null) strict;
  create index if not exists job_by_type on job (type);
  create index if not exists job_by_element on job (element_instance);
  create table if not exists message (seq integer primary key, key text unique not null, tenant text not null, name text not null,
    correlation_key text not null, message_id text not null, deadline integer not null, variables text not null) strict;
  create index if not exists message_by_name on message (name, correlation_key, message_id);
  create index if not exists message_by_deadline on message (deadline);
  create table if not exists correlation (message text not null, process text not null, primary key (message, process)) strict;
  create table if not exists message_subscription (seq integer primary key, key text unique not null, tenant text not null, name text not null,
    correlation_key text not null, instance text not null, process text not null, element_instance text not null, element text not null,
    state text not null, updated integer not null) strict;
  create index if not exists subscription_by_name on message_subscription (name, correlation_key) where state = 'CREATED';
  create index if not exists subscription_by_element on message_subscription (element_instance) where state = 'CREATED';
  create table if not exists start_subscription (seq integer primary key, definition text not null, process text not null, tenant text not null,
    name text not null, element text not null) strict;
  create table if not exists incident (seq integer primary key, instance text not null, element_instance text not null, element text not null,
    message text not null) strict;
  create index if not exists incident_by_instance on incident (instance);
  create index if not exists incident_by_element on incident (element_instance);
  create table if not exists blocked_name (tenant text not null, name text not null, primary key (tenant, name)) strict;
`

export class State {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(file: string) {
    this.#database = new DatabaseSync(file)
    // What the operating system has been given survives the death of this process.
    // A second process on the same data would give keys twice: it is refused.
    this.#database.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = off')
    this.#database.exec(TABLES)
  }

  close() {
    this.#database.close()
  }

  /** All of it is kept, or nothing. */
  transaction<Result>(change: () => Result): Result {
    this.#database.exec('begin immediate')
    try {
      const result = change()
      this.#database.exec('commit')
      return result
    } catch (error) {
      this.#database.exec('rollback')
      throw error
    }
  }

  setting(name: string): string | undefined {
    return this.#one<{ value: string }>('select value from setting where name = ?', name)?.value
  }

  set(name: string, value: string) {
    this.#run('insert into setting values (?, ?) on conflict do update set value = excluded.value', name, value)
  }

  addDefinition(row: DefinitionRow) {
    this.#insert('process_definition', row)
  }

  definition(key: string): DefinitionRow | undefined {
    return this.#one('select * from process_definition where key = ?', key)
  }

  /** @param version the latest where it is undefined */
  definitionById(tenant: string, id: string, version?: number): DefinitionRow | undefined {
    return this.#one(
      'select * from process_definition where tenant = ? and id = ? and version = coalesce(?, version) order by version desc limit 1',
      tenant,
      id,
      version ?? null,
    )
  }

  definitions(): DefinitionRow[] {
    return this.#all('select * from process_definition order by seq')
  }

  addInstance(row: InstanceRow) {
    this.#insert('process_instance', row)
  }

  instance(key: string): InstanceRow | undefined {
    return this.#one('select * from process_instance where key = ?', key)
  }

  instances(): InstanceRow[] {
    return this.#all('select * from process_instance order by seq')
  }

  setVariables(instance: string, variables: string) {
    this.#run('update process_instance set variables = ? where key = ?', variables, instance)
  }

  endInstance(key: string, state: 'COMPLETED' | 'TERMINATED', now: number) {
    this.#run('update process_instance set state = ?, ended = ? where key = ?', state, now, key)
  }

  hasActiveWithKey(tenant: string, process: string, correlationKey: string): boolean {
    const query = `select 1 from process_instance where state = 'ACTIVE' and correlation_key <> '' and process = ? and correlation_key = ? and tenant = ?`
    return this.#one(query, process, correlationKey, tenant) !== undefined
  }

  hasActiveWithBusinessId(definition: string, businessId: string): boolean {
    const query = `select 1 from process_instance where state = 'ACTIVE' and definition = ? and business_id = ?`
    return this.#one(query, definition, businessId) !== undefined
  }

  addElementInstance(row: ElementInstanceRow) {
    this.#insert('element_instance', row)
  }

  elementInstance(key: string): ElementInstanceRow | undefined {
    return this.#one('select * from element_instance where key = ?', key)
  }

  elementInstancesIn(scope: string): ElementInstanceRow[] {
    return this.#all('select * from element_instance where scope = ? order by seq', scope)
  }

  /** With its job and incident; its subscriptions are closed. */
  removeElementInstance(key: string, now: number) {
    this.#run('delete from element_instance where key = ?', key)
    this.#run('delete from job where element_instance = ?', key)
    this.#run('delete from incident where element_instance = ?', key)
    this.closeSubscriptionsOf(key, now)
  }

  addJob(row: JobRow) {
    this.#insert('job', row)
  }

  job(key: string): JobRow | undefined {
    return this.#one('select * from job where key = ?', key)
  }

  /** Those which nobody works on, the oldest first. */
  availableJobs(type: string, tenants: readonly string[], now: number, most: number): (JobRow & { readonly tenant: string })[] {
    const query = `select job.*, process_instance.tenant from job join process_instance on process_instance.key = job.instance
      where type = ? and deadline <= ? and retries > 0 and tenant in (${tenants.map(() => '?').join(', ')}) order by job.seq limit ?`
    return this.#all(query, type, now, ...tenants, most)
  }

  takeJob(key: string, worker: string, deadline: number) {
    this.#run('update job set worker = ?, deadline = ? where key = ?', worker, deadline, key)
  }

  returnJob(key: string, retries: number, deadline: number) {
    this.#run('update job set retries = ?, deadline = ? where key = ?', retries, deadline, key)
  }

  addMessage(row: MessageRow) {
    this.#insert('message', row)
  }

  removeExpiredMessages(now: number) {
    this.#run('delete from correlation where message in (select key from message where deadline <= ?)', now)
    this.#run('delete from message where deadline <= ?', now)
  }

  hasMessage(tenant: string, name: string, correlationKey: string, messageId: string): boolean {
    const query = 'select 1 from message where name = ? and correlation_key = ? and message_id = ? and tenant = ?'
    return this.#one(query, name, correlationKey, messageId, tenant) !== undefined
  }

  /** The oldest one which no instance of the process has had. */
  oldestMessage(tenant: string, name: string, correlationKey: string, process: string): MessageRow | undefined {
    const query = `select * from message where name = ? and correlation_key = ? and tenant = ?
      and not exists (select 1 from correlation where message = message.key and process = ?) order by seq limit 1`
    return this.#one(query, name, correlationKey, tenant, process)
  }

  addCorrelation(message: string, process: string) {
    this.#run('insert into correlation values (?, ?)', message, process)
  }

  addSubscription(row: SubscriptionRow) {
    this.#insert('message_subscription', row)
  }

  subscription(key: string): SubscriptionRow | undefined {
    return this.#one('select * from message_subscription where key = ?', key)
  }

  /** Of each process the one that has waited longest. */
  firstSubscriptions(tenant: string, name: string, correlationKey: string): SubscriptionRow[] {
    const query = `select *, min(seq) from message_subscription where state = 'CREATED' and name = ? and correlation_key = ? and tenant = ?
      group by process order by seq`
    return this.#all(query, name, correlationKey, tenant)
  }

  subscriptions(): SubscriptionRow[] {
    return this.#all('select * from message_subscription order by seq')
  }

  correlateSubscription(key: string, now: number) {
    this.#run(`update message_subscription set state = 'CORRELATED', updated = ? where key = ?`, now, key)
  }

  closeSubscriptionsOf(elementInstance: string, now: number) {
    const query = `update message_subscription set state = 'DELETED', updated = ? where state = 'CREATED' and element_instance = ?`
    this.#run(query, now, elementInstance)
  }

  /** In place of those of the process's earlier version. */
  setStartSubscriptions(tenant: string, process: string, rows: readonly StartSubscriptionRow[]) {
    this.#run('delete from start_subscription where tenant = ? and process = ?', tenant, process)
    for (const row of rows) this.#insert('start_subscription', row)
  }

  startSubscriptionsFor(tenant: string, name: string): StartSubscriptionRow[] {
    return this.#all('select * from start_subscription where name = ? and tenant = ? order by seq', name, tenant)
  }

  startSubscriptionsOf(tenant: string, process: string): StartSubscriptionRow[] {
    return this.#all('select * from start_subscription where process = ? and tenant = ? order by seq', process, tenant)
  }

  addIncident(row: IncidentRow) {
    this.#insert('incident', row)
  }

  /** Keys of the instances which have any. */
  instancesWithIncidents(): ReadonlySet<string> {
    return new Set(this.#all<{ instance: string }>('select distinct instance from incident').map(({ instance }) => instance))
  }

  incidentsOf(instance: string): IncidentRow[] {
    return this.#all('select * from incident where instance = ? order by seq', instance)
  }

  blockName(tenant: string, name: string) {
    this.#run('insert into blocked_name values (?, ?) on conflict do nothing', tenant, name)
  }

  isBlocked(tenant: string, name: string): boolean {
    return this.#one('select 1 from blocked_name where tenant = ? and name = ?', tenant, name) !== undefined
  }

  #insert(table: string, row: object) {
    const columns = Object.keys(row)
    this.#run(`insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`, ...Object.values(row))
  }

  #run(sql: string, ...values: SQLInputValue[]) {
    this.#prepared(sql).run(...values)
  }

  #one<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#prepared(sql).get(...values) as Row | undefined
  }

  #all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#prepared(sql).all(...values) as Row[]
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql) ?? this.#database.prepare(sql)
    this.#statements.set(sql, known)
    return known
  }
}
