/**
 * The messages of `spark-connect.proto` as the loader reads and writes them: an absent field is
 * left out.
 */

export interface Expression {
  readonly expressionString: { readonly expression: string }
}

export interface Relation {
  readonly read?: {
    readonly dataSource: {
      readonly format: string
      readonly options?: Readonly<Record<string, string>>
      readonly paths?: readonly string[]
    }
    readonly isStreaming: boolean
  }
  readonly project?: { readonly input: Relation; readonly expressions: readonly Expression[] }
  readonly filter?: { readonly input: Relation; readonly condition: Expression }
  readonly aggregate?: {
    readonly input: Relation
    readonly groupType: 'GROUP_TYPE_GROUPBY'
    readonly groupingExpressions: readonly Expression[]
    readonly aggregateExpressions: readonly Expression[]
  }
  readonly deduplicate?: { readonly input: Relation; readonly columnNames: readonly string[] }
  readonly repartition?: {
    readonly input: Relation
    readonly numPartitions: number
    readonly shuffle: boolean
  }
}

/**
 * Spark's name of one run of a query: `id` stays with the checkpoint, `runId` is new with every
 * start.
 */
export interface QueryInstance {
  readonly id: string
  readonly runId: string
}

export interface StreamStart {
  readonly input: Relation
  readonly format: string
  readonly options: Readonly<Record<string, string>>
  readonly processingTimeInterval: string
  readonly outputMode: 'update'
  readonly queryName: string
}

export interface QueryCommand {
  readonly queryId: QueryInstance
  readonly status?: true
  readonly lastProgress?: true
  readonly stop?: true
  readonly exception?: true
  readonly explain?: { readonly extended: boolean }
}

export interface Command {
  readonly writeStreamOperationStart?: StreamStart
  readonly streamingQueryCommand?: QueryCommand
  readonly streamingQueryManagerCommand?: { readonly active: true }
}

export interface ExecuteResponse {
  readonly writeStreamOperationStartResult?: { readonly queryId?: QueryInstance }
  readonly streamingQueryCommandResult?: {
    readonly status?: { readonly isActive?: boolean; readonly statusMessage?: string }
    readonly recentProgress?: { readonly recentProgressJson?: readonly string[] }
    readonly explain?: { readonly result?: string }
    readonly exception?: {
      readonly exceptionMessage?: string
      readonly errorClass?: string
      readonly stackTrace?: string
    }
  }
  readonly streamingQueryManagerCommandResult?: {
    readonly active?: {
      readonly activeQueries?: readonly { readonly id?: QueryInstance; readonly name?: string }[]
    }
  }
}

export interface AnalyzeRequest {
  readonly inputFiles?: { readonly plan: { readonly root: Relation } }
  readonly sparkVersion?: Record<string, never>
}

export interface AnalyzeResponse {
  readonly inputFiles?: { readonly files?: readonly string[] }
  readonly sparkVersion?: { readonly version?: string }
}

export interface ConfigResponse {
  readonly pairs?: readonly { readonly key?: string; readonly value?: string }[]
  readonly warnings?: readonly string[]
}
