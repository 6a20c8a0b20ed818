/**
 * The types of the API. scripts/api-client.ts (`npm run api`) writes this file from the OpenAPI
 * document; do not edit it.
 */
export interface paths {
    "/vote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cast a vote in an election with one contest: the short form
         * @description In the default election. The quickest way in: for polling places and machines, too.
         */
        post: operations["castVote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/ballots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cast a ballot: the general form; or many, as NDJSON */
        post: operations["castBallot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ballots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cast many ballots in the default election, as NDJSON */
        post: operations["castBallots"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/ballot-style": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The contests a voter key entitles to; casts nothing and uses nothing up */
        post: operations["getBallotStyle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A challenge, with whose solution a request goes ahead where too many wrong keys come from
         * @description 404 where the server gives out none (`serve --challenge`).
         */
        get: operations["getChallenge"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The elections of this server */
        get: operations["listElections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An election’s definition */
        get: operations["getElection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The count at this moment, as the dashboard shows it (default election) */
        get: operations["getResults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The count at this moment, as the dashboard shows it */
        get: operations["getElectionResults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/results/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whole snapshots as server-sent events, or what changes in them, at most ten a second (default election)
         * @description Ends with its connection. Who reads too slowly misses snapshots: each one is whole. `retry` is 1000 milliseconds. With `deltas=1` it begins with a whole snapshot, unless the reader has the last id or is told what it missed.
         */
        get: operations["followResults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/results/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whole snapshots as server-sent events, or what changes in them, at most ten a second
         * @description Ends with its connection. Who reads too slowly misses snapshots: each one is whole. `retry` is 1000 milliseconds. With `deltas=1` it begins with a whole snapshot, unless the reader has the last id or is told what it missed.
         */
        get: operations["followElectionResults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/results/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Each contest’s totals at past moments, where results are live (default election) */
        get: operations["getHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/results/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Each contest’s totals at past moments, where results are live */
        get: operations["getElectionHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/results.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The result document: canonical, the bytes a recount gives (default election) */
        get: operations["getResultDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/results.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The result document: canonical, the bytes a recount gives */
        get: operations["getElectionResultDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/results.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The result as CSV, a line per contest, district and option (default election) */
        get: operations["getResultTable"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/results.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The result as CSV, a line per contest, district and option */
        get: operations["getElectionResultTable"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/results.cdf.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The result as a NIST SP 1500-100 v2 election report (default election) */
        get: operations["getResultReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/results.cdf.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The result as a NIST SP 1500-100 v2 election report */
        get: operations["getElectionResultReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest checkpoint, a signed note (c2sp.org/tlog-checkpoint) (default election) */
        get: operations["getCheckpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/log/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest checkpoint, a signed note (c2sp.org/tlog-checkpoint) */
        get: operations["getElectionCheckpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log/checkpoint.witnessed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest checkpoint with cosignatures enough (default election) */
        get: operations["getWitnessedCheckpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/log/checkpoint.witnessed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest checkpoint with cosignatures enough */
        get: operations["getElectionWitnessedCheckpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log/tile/{level}/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A tile of 256 hashes, or a bundle of 256 entries (c2sp.org/tlog-tiles) (default election) */
        get: operations["getTile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/log/tile/{level}/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A tile of 256 hashes, or a bundle of 256 entries (c2sp.org/tlog-tiles) */
        get: operations["getElectionTile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log/tile/{level}/{index}.p/{width}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A tile of 256 hashes, or a bundle of 256 entries (c2sp.org/tlog-tiles), of which only the first are there (default election) */
        get: operations["getPartialTile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/log/tile/{level}/{index}.p/{width}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A tile of 256 hashes, or a bundle of 256 entries (c2sp.org/tlog-tiles), of which only the first are there */
        get: operations["getElectionPartialTile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log/tile/{level}/{thousands}/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A tile of 256 hashes, or a bundle of 256 entries (c2sp.org/tlog-tiles), from number 1,000 on (default election) */
        get: operations["getFarTile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/log/tile/{level}/{thousands}/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A tile of 256 hashes, or a bundle of 256 entries (c2sp.org/tlog-tiles), from number 1,000 on */
        get: operations["getElectionFarTile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log/tile/{level}/{thousands}/{index}.p/{width}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A tile of 256 hashes, or a bundle of 256 entries (c2sp.org/tlog-tiles), from number 1,000 on, of which only the first are there (default election) */
        get: operations["getFarPartialTile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/log/tile/{level}/{thousands}/{index}.p/{width}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A tile of 256 hashes, or a bundle of 256 entries (c2sp.org/tlog-tiles), from number 1,000 on, of which only the first are there */
        get: operations["getElectionFarPartialTile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log/proof/{tracker}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The proof that a ballot is in the log (c2sp.org/tlog-proof) (default election) */
        get: operations["getProof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/log/proof/{tracker}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The proof that a ballot is in the log (c2sp.org/tlog-proof) */
        get: operations["getElectionProof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log/genesis.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The log’s first entry: its key and its rules (default election) */
        get: operations["getGenesis"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/log/genesis.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The log’s first entry: its key and its rules */
        get: operations["getElectionGenesis"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log/definition.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The definition as it was handed in, byte for byte (default election) */
        get: operations["getLogDefinition"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/log/definition.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The definition as it was handed in, byte for byte */
        get: operations["getElectionLogDefinition"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log/districts.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Keys issued per district, by the genesis (default election) */
        get: operations["getKeysIssued"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/log/districts.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Keys issued per district, by the genesis */
        get: operations["getElectionKeysIssued"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log/districts-{sha256}.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Keys issued per district, by an amendment (default election) */
        get: operations["getKeysIssuedLater"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/log/districts-{sha256}.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Keys issued per district, by an amendment */
        get: operations["getElectionKeysIssuedLater"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log/certification.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The certified result, signed by the log’s key; 404 until then (default election) */
        get: operations["getCertification"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/log/certification.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The certified result, signed by the log’s key; 404 until then */
        get: operations["getElectionCertification"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log/certification.pdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same for people (default election) */
        get: operations["getCertificate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/log/certification.pdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same for people */
        get: operations["getElectionCertificate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/elections/{id}/extensions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let voting end later: an entry of the public log */
        post: operations["extendVoting"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The count of the default election; or a list, where there are several and none is named */
        get: operations["openDashboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/e/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where voters vote */
        get: operations["openBooth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/e/{id}/results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The count */
        get: operations["openElectionDashboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/e/{id}/preview.png": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the election stands as a picture, for previews of its link */
        get: operations["getPreview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Checks the public log of any election */
        get: operations["openVerifier"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/e/{id}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Checks the public log */
        get: operations["openElectionVerifier"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/e/{id}/pictures/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A photo or logo of the definition, by its hash */
        get: operations["getPicture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assets/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A part of the pages, named by its content */
        get: operations["getAsset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document to read and to try out */
        get: operations["openApiReference"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the count balances */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether this server takes requests */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prometheus metrics; docs/operations.md has them all */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["getApiDescription"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description - `malformed`: The request could not be read
         *     - `no-ballots`: Too many lines were no ballots: the rest was not read
         *     - `in-clear`: This came unencrypted: it was refused and nothing was counted. Others may have read it on its way; use https
         *     - `token-missing`: This address needs an access token of this server
         *     - `token-invalid`: The access token is unknown, expired or revoked, or needs a client certificate that did not come with it
         *     - `token-scope`: The access token is for something else
         *     - `unknown-key`: This voter key is not on the voter roll
         *     - `polls-not-open`: Voting has not opened yet
         *     - `polls-closed`: Voting has closed
         *     - `results-after-close`: Results of this election show after voting has closed
         *     - `not-found`: There is nothing at this address
         *     - `not-yet-published`: The public log does not hold this ballot yet
         *     - `unknown-election`: There is no such election here
         *     - `method-not-allowed`: This address does not take that method
         *     - `too-slow`: The request took too long to arrive
         *     - `not-extended`: Voting was not extended: it ends no earlier as it is, or its end cannot be moved any more
         *     - `key-already-used`: This voter key has already been used
         *     - `body-too-large`: The request is larger than allowed
         *     - `not-json`: The request must be application/json
         *     - `compressed`: The request must be sent uncompressed
         *     - `unknown-candidate`: There is no such candidate in this election
         *     - `unknown-contest`: There is no such contest on this voter’s ballot
         *     - `overvote`: More options were chosen than the contest allows
         *     - `undervote`: Fewer options were chosen than the contest asks for
         *     - `several-contests`: This election has several contests: use POST /elections/ID/ballots
         *     - `too-many-attempts`: Too many wrong keys from this address: wait a minute
         *     - `challenge-needed`: Many wrong keys come from this address: send the solution of a challenge (GET /challenge), or try again in a minute
         *     - `token-rate`: The access token has used up its rate: try again in a moment
         *     - `headers-too-large`: The request’s headers, cookies included, are too large
         *     - `too-busy`: The server is busy: nothing was recorded, try again in a moment
         *     - `storage-unavailable`: The ballot could not be stored: nothing was recorded, try again in a moment
         *     - `outcome-unknown`: The ballot may have been recorded: ask again in a moment with the same Idempotency-Key
         *     - `no-certificate`: The server has no certificate yet, and takes nothing without encryption: try again in a moment
         *     - `stopping`: The server is stopping: nothing was recorded, try again in a moment
         * @enum {string}
         */
        RefusalCode: "malformed" | "no-ballots" | "in-clear" | "token-missing" | "token-invalid" | "token-scope" | "unknown-key" | "polls-not-open" | "polls-closed" | "results-after-close" | "not-found" | "not-yet-published" | "unknown-election" | "method-not-allowed" | "too-slow" | "not-extended" | "key-already-used" | "body-too-large" | "not-json" | "compressed" | "unknown-candidate" | "unknown-contest" | "overvote" | "undervote" | "several-contests" | "too-many-attempts" | "challenge-needed" | "token-rate" | "headers-too-large" | "too-busy" | "storage-unavailable" | "outcome-unknown" | "no-certificate" | "stopping";
        /** @description A refusal, an expected "no" (RFC 9457). It never tells which part of a key was wrong. */
        Problem: {
            type: string;
            /** @description Words for people */
            title: string;
            status: number;
            code: components["schemas"]["RefusalCode"];
            /** @description What was wrong with this request */
            detail?: string;
        };
        /** @description The server failed; what went wrong stands in its own log alone. */
        Fault: {
            /** @constant */
            type: "about:blank";
            title: string;
            /** @constant */
            status: 500;
        };
        Challenge: {
            challenge: string;
            bits: number;
            /** Format: date-time */
            expires_at: string;
        };
        /** Vote */
        Vote: {
            /** @description As on the voter roll */
            personal_id: string;
            /** @description The voter’s one-time key */
            guid: string;
            /** @description An option’s id or name */
            candidate: string;
            /** @description Of the general form: refused beside `candidate` */
            contests?: unknown;
        };
        /** Ballot */
        Ballot: {
            personal_id: string;
            guid: string;
            /** @description Options chosen, by id or name, per contest id; a contest left out is left blank */
            contests: {
                [key: string]: string[];
            };
            /** @description Of the short form: refused beside `contests` */
            candidate?: unknown;
        };
        /** Voter key */
        VoterKey: {
            personal_id: string;
            guid: string;
        };
        /** Ballot style */
        BallotStyle: {
            /** @description The district’s id */
            district: string;
            /** @description Ids of the contests on this voter’s ballot, in order */
            contests: string[];
            /** @description false: a used key is refused */
            used: boolean;
        };
        /**
         * Receipt
         * @description The ballot is durable. Kept as it is, this is the file that "elections verify --receipt" takes
         */
        Receipt: {
            /** @constant */
            status: "recorded";
            election: string;
            /** @description The ballot’s leaf hash in the public log */
            tracker: string;
            promise?: components["schemas"]["Promise"];
        };
        /**
         * Promise
         * @description Signed: the log will hold this leaf by then. A leaf that is missing later is evidence
         */
        Promise: {
            /** @constant */
            v: 2;
            /** @description The log’s origin */
            log: string;
            /** @description Seconds after the close of voting that is finally in force, by which the ballot’s leaf is in the log */
            within: number;
            salt: string;
            index: number;
            hashes: string[];
            /** @description Signed note over the batch of promises */
            note: string;
        } | {
            /** @description The log’s origin */
            log: string;
            /** @description Unix seconds by which the ballot’s leaf is in the log: where each ballot is told as it comes (suppress_below 1) */
            publish_by: number;
            salt: string;
            index: number;
            hashes: string[];
            /** @description Signed note over the batch of promises */
            note: string;
        };
        /** Line of NDJSON */
        BallotLine: {
            /** @description As on the voter roll */
            personal_id: string;
            /** @description The voter’s one-time key */
            guid: string;
            /** @description An option’s id or name */
            candidate: string;
            /** @description Of the general form: refused beside `candidate` */
            contests?: unknown;
            idempotency_key?: string;
        } | {
            personal_id: string;
            guid: string;
            /** @description Options chosen, by id or name, per contest id; a contest left out is left blank */
            contests: {
                [key: string]: string[];
            };
            /** @description Of the short form: refused beside `contests` */
            candidate?: unknown;
            idempotency_key?: string;
        };
        /** Answer to a line */
        LineAnswer: {
            /** @constant */
            status: 201;
            /** @description The ballot’s leaf hash in the public log */
            tracker: string;
            promise?: components["schemas"]["Promise"];
        } | {
            status: number;
            /** @enum {string} */
            code: "malformed" | "no-ballots" | "in-clear" | "token-invalid" | "unknown-key" | "polls-not-open" | "polls-closed" | "too-slow" | "key-already-used" | "body-too-large" | "unknown-candidate" | "unknown-contest" | "overvote" | "undervote" | "several-contests" | "too-many-attempts" | "token-rate" | "too-busy" | "storage-unavailable" | "outcome-unknown" | "stopping";
        } | {
            /** @constant */
            ended: true;
            /** @description How many lines were answered before it */
            lines: number;
            status: number;
            /** @enum {string} */
            code: "malformed" | "no-ballots" | "in-clear" | "token-invalid" | "unknown-key" | "polls-not-open" | "polls-closed" | "too-slow" | "key-already-used" | "body-too-large" | "unknown-candidate" | "unknown-contest" | "overvote" | "undervote" | "several-contests" | "too-many-attempts" | "token-rate" | "too-busy" | "storage-unavailable" | "outcome-unknown" | "stopping";
        };
        Elections: {
            /** @description The id of the election that short addresses speak of */
            default: string;
            elections: {
                id: string;
                title: string;
                /** @enum {string} */
                phase: "not-open" | "open" | "closed";
            }[];
        };
        /** Election definition */
        Definition: {
            $schema?: string;
            /** @description The election’s id, used in addresses and folder names: lower-case letters, digits, "-" and "_" */
            id: string;
            /** @description The election’s title: a text, or texts by language tag */
            title: string | {
                [key: string]: string;
            };
            /** @description The languages promised: each text by language has all of them; the first stands in for others */
            languages?: string[];
            /** @description Who holds the election */
            organiser?: {
                /** @description The organiser’s name: a text, or texts by language tag */
                name: string | {
                    [key: string]: string;
                };
            };
            /** @description Whom voters ask for help */
            contact?: {
                /** @description A telephone number */
                phone?: string;
                /** @description An e-mail address */
                email?: string;
                /** @description A web page, https://… */
                url?: string;
            };
            /** @description The organiser’s logo */
            logo?: {
                /** @description A PNG, JPEG or WebP file, its path from the definition’s folder */
                file: string;
                /** @description SHA-256 of the file’s bytes; `init` puts it in where it is left out */
                sha256?: string;
            };
            /** @description A line on what becomes of personal data: a text, or texts by language tag */
            privacy?: string | {
                [key: string]: string;
            };
            /** @description When voting opens: a date and time with its offset, such as 2026-11-23T08:00:00+01:00 */
            opens_at: string;
            /** @description When voting closes: a date and time with its offset, such as 2026-11-23T08:00:00+01:00 */
            closes_at: string;
            /** @description Whether counts show while voting goes on, or only after the close */
            results: "live" | "after-close";
            /** @description true for a demonstration or rehearsal: every page then says so */
            simulated?: boolean;
            /** @description While voting is open, the ballots of a district are held back from every count until there are so many, not all alike; districts with fewer voters are counted together, for good. 1 holds nothing back. If left out: 10, or 1 where `simulated` is true */
            suppress_below?: number;
            /** @description Reporting units; one called "all" if left out */
            districts?: {
                /** @description The district’s id, as the voter roll names it: lower-case letters, digits, "-" and "_" */
                id: string;
                /** @description The district’s name: a text, or texts by language tag */
                name: string | {
                    [key: string]: string;
                };
            }[];
            /** @description A map of the districts, shown with the count */
            map?: {
                /** @description A GeoJSON or TopoJSON file, its path from the definition’s folder; each area’s id, or its property "district", is the id of a district */
                file: string;
                /** @description SHA-256 of the file’s bytes; `init` puts it in where it is left out */
                sha256?: string;
            };
            contests: {
                /** @description The contest’s id: lower-case letters, digits, "-" and "_" */
                id: string;
                /** @description What is being decided: a text, or texts by language tag */
                title: string | {
                    [key: string]: string;
                };
                /** @description What a voter should know, such as a measure’s wording, by paragraph */
                description?: (string | {
                    [key: string]: string;
                })[];
                /** @description true: a yes/no question; the first option is for it, the second against */
                measure?: boolean;
                /** @description Votes each voter has; 1 if left out */
                votes?: number;
                /** @description Votes to give at least, unless the contest is left blank; 1 if left out */
                min?: number;
                /** @description How many win; as many as `votes` if left out */
                seats?: number;
                /** @description What shares are shown of; "votes" if left out */
                share_of?: "votes" | "ballots";
                /** @description What an option’s votes must come to: one of more_than and at_least */
                threshold?: {
                    /** @description A fraction of whole numbers, such as 1/2 or 2/3 */
                    more_than?: string;
                    /** @description A fraction of whole numbers, such as 1/2 or 2/3 */
                    at_least?: string;
                    /** @description Of the votes given, of the ballots cast, or of those eligible; "votes" if left out */
                    of?: "votes" | "ballots" | "eligible";
                };
                /** @description How many must take part: one of more_than and at_least */
                quorum?: {
                    /** @description A fraction of whole numbers, such as 1/2 or 2/3 */
                    more_than?: string;
                    /** @description A fraction, or a whole number */
                    at_least?: string | number;
                    /** @description What a fraction is of; "eligible" if left out */
                    of?: "votes" | "ballots" | "eligible";
                    /** @description All ballots that carry the contest, or those that mark something in it; "ballots" if left out */
                    counting?: "ballots" | "marked";
                };
                options: {
                    /** @description The option’s id: lower-case letters, digits, "-" and "_" */
                    id: string;
                    /** @description The name voters see: a text, or texts by language tag */
                    name: string | {
                        [key: string]: string;
                    };
                    /** @description The option’s colour, #rrggbb */
                    color?: string;
                    /** @description A line below the name: party, occupation: a text, or texts by language tag */
                    designation?: string | {
                        [key: string]: string;
                    };
                    /** @description What the option says for itself, by paragraph */
                    statement?: (string | {
                        [key: string]: string;
                    })[];
                    /** @description A picture of the option */
                    photo?: {
                        /** @description A PNG, JPEG or WebP file, its path from the definition’s folder */
                        file: string;
                        /** @description SHA-256 of the file’s bytes; `init` puts it in where it is left out */
                        sha256?: string;
                    };
                    /** @description Where more is told about the option, https://… */
                    link?: string;
                    /** @description true: a vote for none of the others; it stands alone and never wins */
                    none_of_these?: boolean;
                }[];
                /** @description The districts that vote in this contest; all if left out */
                districts?: string[];
                /** @description true: the booth begins each voter’s list of options at another one, by the voter’s key; false if left out */
                rotation?: boolean;
            }[];
        };
        Snapshot: {
            election: {
                id: string;
                /** @description In the election’s first language, as all names here; the definition has the others */
                title: string;
                /** @description Of its texts; left out where it names none */
                languages?: string[];
                /** Format: date-time */
                opens_at: string;
                /** Format: date-time */
                closes_at: string;
                /** @enum {string} */
                results: "live" | "after-close";
                simulated: boolean;
                /** @description Ballots of a district are told in groups of so many; 1 tells each at once */
                suppress_below: number;
            };
            /** @enum {string} */
            phase: "not-open" | "open" | "closed";
            /**
             * Format: date-time
             * @description When it was made, by the server’s clock
             */
            as_of: string;
            last_ballot_at: string | null;
            eligible: number;
            cast: number;
            blank: number | null;
            /** @description Ballots cast that are not in the counts yet */
            held: number | null;
            /** @description The published checkpoint that the counts are a function of; null where each ballot is told as it comes */
            checkpoint: {
                size: number;
                /** @description SHA-256, base64 */
                root: string;
            } | null;
            votes_per_second: number;
            /** @description Unix seconds and ballots cast by then, oldest first */
            turnout: [
                number,
                number
            ][];
            districts: {
                id: string;
                name: string;
                eligible: number;
                cast: number;
            }[];
            /** @description null while results are not shown */
            contests: {
                id: string;
                title: string;
                /** @description Votes each voter has */
                votes_allowed: number;
                /** @description How many options win */
                seats: number;
                /** @description A yes/no question: it passes where its first option reaches the threshold */
                measure: boolean;
                /** @enum {string} */
                share_of: "votes" | "ballots";
                threshold: components["schemas"]["Threshold"] | null;
                quorum: {
                    /** @enum {string} */
                    counting: "ballots" | "marked";
                    needs: components["schemas"]["Threshold"] | {
                        atLeast: number;
                    };
                } | null;
                /** @description Keys issued in its districts */
                eligible: number;
                ballots: number;
                blank: number;
                undervotes: number;
                /** @description In definition order; ranking is the reader’s */
                options: {
                    id: string;
                    name: string;
                    color: string | null;
                    votes: number;
                    /**
                     * @description Takes no seat; left out where it is an option like others
                     * @constant
                     */
                    none_of_these?: true;
                }[];
                /** @description Per district that votes in the contest: its index in `districts`, votes per option, blank ballots. Of a district too small to be told the index alone */
                by_district: number[][];
            }[] | null;
            invariant: components["schemas"]["Invariant"];
            log: components["schemas"]["LogState"] | null;
            pipeline?: components["schemas"]["Pipeline"];
        };
        Threshold: {
            /** @enum {string} */
            is: "more_than" | "at_least";
            fraction: {
                numerator: number;
                denominator: number;
            };
            /** @enum {string} */
            of: "votes" | "ballots" | "eligible";
        };
        Invariant: {
            keys_used: number;
            ballots_stored: number;
            ballots_tallied: number;
            /** @description Votes and undervotes put back together into ballots */
            ballots_summed: number;
            /** @description On a cluster, once the log is closed: whether the result is the one its close names */
            matches_log?: boolean;
            /** @description false is an alarm */
            holds: boolean;
            /**
             * @description The numbers differ because ballots are on their way
             * @constant
             */
            settling?: true;
        };
        LogState: {
            origin: string;
            /** @description The C2SP verifier key */
            key: string;
            /** @description Leaves under the published checkpoint */
            size: number;
            /** @description SHA-256, base64 */
            root: string;
            published_at: string | null;
            /** @description Ballots recorded that are not in the log yet, held ones included */
            behind: number;
            /** @description Times that publishing failed since the server started; it is tried again */
            failures: number;
            /** @description Nothing follows any more */
            closed: boolean;
            witnesses?: {
                name: string;
                size: number | null;
                behind: number;
                problem: ("no-answer" | "malformed" | "wrong-signature" | "unknown-log" | "ahead" | "refused" | "not-offered") | null;
            }[];
            witnessed?: number | null;
            /** Format: date-time */
            certified_at?: string;
            lots?: {
                [key: string]: string[];
            };
        };
        History: {
            /** @description Unix seconds, ascending */
            times: number[];
            /** @description Ballots of the whole election, by moment */
            cast: number[];
            /** @description Of these, ballots that were held back then */
            held: number[];
            contests: {
                id: string;
                ballots: number[];
                blank: number[];
                /** @description By option, in definition order, then by moment */
                votes: number[][];
            }[] | null;
        };
        Pulse: {
            /** @description Open result streams of the election */
            viewers: number;
            /** @description Milliseconds until a batch of ballots is durable, a median */
            commit_ms: number | null;
        };
        Pipeline: {
            tally: {
                state: {
                    state: string;
                    problem: string | null;
                    batch_id: number | null;
                    input_rows_per_second: number | null;
                    processed_rows_per_second: number | null;
                    batch_ms: number | null;
                    records_behind: number | null;
                    state_rows: number | null;
                    state_bytes: number | null;
                    restarts: number;
                    recounts: number;
                };
                atMs: number;
            } | null;
            projector: {
                state: {
                    stored: number;
                    ignored: number;
                    problem: string | null;
                };
                atMs: number;
            } | null;
            log_watch: {
                state: {
                    ballots: number;
                    set_aside: {
                        [key: string]: number;
                    };
                    problem: string | null;
                };
                atMs: number;
            } | null;
            ballot_box: {
                log_up: boolean;
                keys_loaded: boolean;
                reserved: number;
            };
        };
        /** Event of the stream */
        ResultsEvent: {
            id: string;
            data: string;
        } | {
            /** @constant */
            event: "delta";
            id: string;
            data: string;
        } | {
            /** @constant */
            event: "beat";
            data: string;
        } | {
            /** @constant */
            event: "stopping";
            /** @constant */
            data: "1";
        };
        Delta: {
            /** @description The event before it: another one than the reader has, and it opens the stream again */
            base: string;
            /** @description Of a value: a scalar, what it is now; a list of one element, likewise; an object of patches, of the members or elements that changed. A member whose patch is the empty list is gone */
            patch: unknown;
        };
        Result: {
            /** @constant */
            format: "digital-elections/result/v1";
            election: string;
            ballots: number;
            held: number;
            contests: {
                id: string;
                ballots: number;
                blank: number;
                undervotes: number;
                options: {
                    id: string;
                    votes: number;
                }[];
                districts: ({
                    id: string;
                    ballots: number;
                    blank: number;
                    undervotes: number;
                    /** @description Per option, in definition order */
                    votes: number[];
                } | {
                    id: string;
                    ballots: number;
                    /** @constant */
                    withheld: true;
                })[];
            }[];
        };
        /** @description By the NIST schema of SP 1500-100 version 2, which is not repeated here */
        ElectionReport: {
            /** @constant */
            "@type": "ElectionResults.ElectionReport";
        } & {
            [key: string]: unknown;
        };
        Genesis: {
            /** @enum {integer} */
            v: 1 | 2;
            /** @constant */
            entry: "genesis";
            election: string;
            log: string;
            definition_sha256: string;
            roll: {
                size: number;
                /** @description SHA-256, base64 */
                root: string;
                per_district_sha256: string;
            };
            release: {
                /** @enum {string} */
                results: "live" | "after-close";
                suppress_below: number;
            };
        };
        /** @description In definition order */
        KeysIssued: number[];
        Certification: {
            format: string;
            election: string;
            title: string;
            simulated: boolean;
            /** Format: date-time */
            at: string;
            software: string;
            result_sha256: string;
            keys_issued: number;
            keys_used: number;
            ballots: number;
            turnout: number;
            contests: {
                id: string;
                title: string;
                votes_allowed: number;
                seats?: number;
                eligible?: number;
                ballots: number;
                blank: number;
                undervotes: number;
                options: {
                    id: string;
                    name: string;
                    votes: number;
                }[];
                outcome?: {
                    result: string;
                    elected: string[];
                    tied: string[];
                    tied_seats: number;
                    vacant: number;
                    lot: string[];
                };
            }[];
            log: {
                key: string;
                checkpoint: string;
            };
            checked: {
                check: string;
                count: number;
            }[];
            note: string;
        };
        /** Extension */
        Extension: {
            /** @description RFC 3339, later than voting ends as it is */
            closes_at: string;
        };
        /** Extended */
        Extended: {
            election: string;
            /** @description RFC 3339 */
            closes_at: string;
        };
        Health: {
            /** @enum {string} */
            status: "ok" | "alarm";
            tls?: components["schemas"]["Certificate"];
            elections: {
                id: string;
                /** @enum {string} */
                phase: "not-open" | "open" | "closed";
                invariant: components["schemas"]["Invariant"];
                log: components["schemas"]["LogState"] | null;
            }[];
        };
        /** @description Of a server with TLS: the certificate in use, and why there is no newer one */
        Certificate: {
            /** @enum {string} */
            certificate: "none" | "valid" | "expired";
            /** Format: date-time */
            expires_at: string | null;
            problem: string | null;
        };
        Readiness: {
            /** @constant */
            status: "ready";
        };
    };
    responses: {
        /** @description The reader has it: its ETag is among those of `If-None-Match`. */
        NotModified: {
            headers: {
                ETag: components["headers"]["ETag"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The server failed. */
        Fault: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Internal error",
                 *       "status": 500
                 *     }
                 */
                "application/problem+json": components["schemas"]["Fault"];
            };
        };
        /** @description The server failed. */
        FaultPage: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Internal error",
                 *       "status": 500
                 *     }
                 */
                "application/problem+json": components["schemas"]["Fault"];
                "text/html": string;
            };
        };
        /** @description `malformed`: The request could not be read. */
        "400.malformed": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 400;
                    /** @enum {unknown} */
                    code?: "malformed";
                };
            };
        };
        /**
         * @description `token-missing`: This address needs an access token of this server.
         *
         *     `token-invalid`: The access token is unknown, expired or revoked, or needs a client certificate that did not come with it.
         */
        "401.token-missing.token-invalid": {
            headers: {
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 401;
                    /** @enum {unknown} */
                    code?: "token-missing" | "token-invalid";
                };
            };
        };
        /**
         * @description `in-clear`: This came unencrypted: it was refused and nothing was counted. Others may have read it on its way; use https.
         *
         *     `token-scope`: The access token is for something else.
         *
         *     `unknown-key`: This voter key is not on the voter roll.
         *
         *     `polls-not-open`: Voting has not opened yet.
         *
         *     `polls-closed`: Voting has closed.
         */
        "403.in-clear.token-scope.unknown-key.polls-not-open.polls-closed": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 403;
                    /** @enum {unknown} */
                    code?: "in-clear" | "token-scope" | "unknown-key" | "polls-not-open" | "polls-closed";
                };
            };
        };
        /** @description `too-slow`: The request took too long to arrive. */
        "408.too-slow": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 408;
                    /** @enum {unknown} */
                    code?: "too-slow";
                };
            };
        };
        /** @description `key-already-used`: This voter key has already been used. */
        "409.key-already-used": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    code?: "key-already-used";
                };
            };
        };
        /** @description `body-too-large`: The request is larger than allowed. */
        "413.body-too-large": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 413;
                    /** @enum {unknown} */
                    code?: "body-too-large";
                };
            };
        };
        /**
         * @description `not-json`: The request must be application/json.
         *
         *     `compressed`: The request must be sent uncompressed.
         */
        "415.not-json.compressed": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 415;
                    /** @enum {unknown} */
                    code?: "not-json" | "compressed";
                };
            };
        };
        /**
         * @description `unknown-candidate`: There is no such candidate in this election.
         *
         *     `unknown-contest`: There is no such contest on this voter’s ballot.
         *
         *     `undervote`: Fewer options were chosen than the contest asks for.
         *
         *     `several-contests`: This election has several contests: use POST /elections/ID/ballots.
         */
        "422.unknown-candidate.unknown-contest.undervote.several-contests": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 422;
                    /** @enum {unknown} */
                    code?: "unknown-candidate" | "unknown-contest" | "undervote" | "several-contests";
                };
            };
        };
        /**
         * @description `too-many-attempts`: Too many wrong keys from this address: wait a minute.
         *
         *     `challenge-needed`: Many wrong keys come from this address: send the solution of a challenge (GET /challenge), or try again in a minute.
         *
         *     `token-rate`: The access token has used up its rate: try again in a moment.
         */
        "429.too-many-attempts.challenge-needed.token-rate": {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 429;
                    /** @enum {unknown} */
                    code?: "too-many-attempts" | "challenge-needed" | "token-rate";
                };
            };
        };
        /** @description `headers-too-large`: The request’s headers, cookies included, are too large. */
        "431.headers-too-large": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 431;
                    /** @enum {unknown} */
                    code?: "headers-too-large";
                };
            };
        };
        /**
         * @description `too-busy`: The server is busy: nothing was recorded, try again in a moment.
         *
         *     `storage-unavailable`: The ballot could not be stored: nothing was recorded, try again in a moment.
         *
         *     `outcome-unknown`: The ballot may have been recorded: ask again in a moment with the same Idempotency-Key.
         *
         *     `stopping`: The server is stopping: nothing was recorded, try again in a moment.
         */
        "503.too-busy.storage-unavailable.outcome-unknown.stopping": {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 503;
                    /** @enum {unknown} */
                    code?: "too-busy" | "storage-unavailable" | "outcome-unknown" | "stopping";
                };
            };
        };
        /**
         * @description `not-found`: There is nothing at this address.
         *
         *     `unknown-election`: There is no such election here.
         */
        "404.not-found.unknown-election": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 404;
                    /** @enum {unknown} */
                    code?: "not-found" | "unknown-election";
                };
            };
        };
        /**
         * @description `unknown-candidate`: There is no such candidate in this election.
         *
         *     `unknown-contest`: There is no such contest on this voter’s ballot.
         *
         *     `overvote`: More options were chosen than the contest allows.
         *
         *     `undervote`: Fewer options were chosen than the contest asks for.
         */
        "422.unknown-candidate.unknown-contest.overvote.undervote": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 422;
                    /** @enum {unknown} */
                    code?: "unknown-candidate" | "unknown-contest" | "overvote" | "undervote";
                };
            };
        };
        /** @description `token-scope`: The access token is for something else. */
        "403.token-scope": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 403;
                    /** @enum {unknown} */
                    code?: "token-scope";
                };
            };
        };
        /** @description `token-rate`: The access token has used up its rate: try again in a moment. */
        "429.token-rate": {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 429;
                    /** @enum {unknown} */
                    code?: "token-rate";
                };
            };
        };
        /**
         * @description `token-scope`: The access token is for something else.
         *
         *     `unknown-key`: This voter key is not on the voter roll.
         *
         *     `polls-not-open`: Voting has not opened yet.
         *
         *     `polls-closed`: Voting has closed.
         */
        "403.token-scope.unknown-key.polls-not-open.polls-closed": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 403;
                    /** @enum {unknown} */
                    code?: "token-scope" | "unknown-key" | "polls-not-open" | "polls-closed";
                };
            };
        };
        /** @description `storage-unavailable`: The ballot could not be stored: nothing was recorded, try again in a moment. */
        "503.storage-unavailable": {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 503;
                    /** @enum {unknown} */
                    code?: "storage-unavailable";
                };
            };
        };
        /** @description `malformed`: The request could not be read. */
        "400.malformed.page": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 400;
                    /** @enum {unknown} */
                    code?: "malformed";
                };
                "text/html": string;
            };
        };
        /** @description `not-found`: There is nothing at this address. */
        "404.not-found.page": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 404;
                    /** @enum {unknown} */
                    code?: "not-found";
                };
                "text/html": string;
            };
        };
        /** @description `too-slow`: The request took too long to arrive. */
        "408.too-slow.page": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 408;
                    /** @enum {unknown} */
                    code?: "too-slow";
                };
                "text/html": string;
            };
        };
        /** @description `compressed`: The request must be sent uncompressed. */
        "415.compressed.page": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 415;
                    /** @enum {unknown} */
                    code?: "compressed";
                };
                "text/html": string;
            };
        };
        /** @description `headers-too-large`: The request’s headers, cookies included, are too large. */
        "431.headers-too-large.page": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 431;
                    /** @enum {unknown} */
                    code?: "headers-too-large";
                };
                "text/html": string;
            };
        };
        /** @description `too-busy`: The server is busy: nothing was recorded, try again in a moment. */
        "503.too-busy.page": {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 503;
                    /** @enum {unknown} */
                    code?: "too-busy";
                };
                "text/html": string;
            };
        };
        /**
         * @description `not-found`: There is nothing at this address.
         *
         *     `unknown-election`: There is no such election here.
         */
        "404.not-found.unknown-election.page": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 404;
                    /** @enum {unknown} */
                    code?: "not-found" | "unknown-election";
                };
                "text/html": string;
            };
        };
        /**
         * @description `token-missing`: This address needs an access token of this server.
         *
         *     `token-invalid`: The access token is unknown, expired or revoked, or needs a client certificate that did not come with it.
         */
        "401.token-missing.token-invalid.page": {
            headers: {
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 401;
                    /** @enum {unknown} */
                    code?: "token-missing" | "token-invalid";
                };
                "text/html": string;
            };
        };
        /** @description `token-scope`: The access token is for something else. */
        "403.token-scope.page": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 403;
                    /** @enum {unknown} */
                    code?: "token-scope";
                };
                "text/html": string;
            };
        };
        /** @description `token-rate`: The access token has used up its rate: try again in a moment. */
        "429.token-rate.page": {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 429;
                    /** @enum {unknown} */
                    code?: "token-rate";
                };
                "text/html": string;
            };
        };
        /**
         * @description `token-scope`: The access token is for something else.
         *
         *     `results-after-close`: Results of this election show after voting has closed.
         */
        "403.token-scope.results-after-close.page": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 403;
                    /** @enum {unknown} */
                    code?: "token-scope" | "results-after-close";
                };
                "text/html": string;
            };
        };
        /**
         * @description `not-found`: There is nothing at this address.
         *
         *     `not-yet-published`: The public log does not hold this ballot yet.
         */
        "404.not-found.not-yet-published.page": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 404;
                    /** @enum {unknown} */
                    code?: "not-found" | "not-yet-published";
                };
                "text/html": string;
            };
        };
        /**
         * @description `not-found`: There is nothing at this address.
         *
         *     `not-yet-published`: The public log does not hold this ballot yet.
         *
         *     `unknown-election`: There is no such election here.
         */
        "404.not-found.not-yet-published.unknown-election.page": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 404;
                    /** @enum {unknown} */
                    code?: "not-found" | "not-yet-published" | "unknown-election";
                };
                "text/html": string;
            };
        };
        /**
         * @description `token-scope`: The access token is for something else.
         *
         *     `polls-closed`: Voting has closed.
         */
        "403.token-scope.polls-closed": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 403;
                    /** @enum {unknown} */
                    code?: "token-scope" | "polls-closed";
                };
            };
        };
        /** @description `not-extended`: Voting was not extended: it ends no earlier as it is, or its end cannot be moved any more. */
        "409.not-extended": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    code?: "not-extended";
                };
            };
        };
        /**
         * @description `too-busy`: The server is busy: nothing was recorded, try again in a moment.
         *
         *     `stopping`: The server is stopping: nothing was recorded, try again in a moment.
         */
        "503.too-busy.stopping": {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 503;
                    /** @enum {unknown} */
                    code?: "too-busy" | "stopping";
                };
            };
        };
        /**
         * @description `no-certificate`: The server has no certificate yet, and takes nothing without encryption: try again in a moment.
         *
         *     `stopping`: The server is stopping: nothing was recorded, try again in a moment.
         */
        "503.no-certificate.stopping.page": {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 503;
                    /** @enum {unknown} */
                    code?: "no-certificate" | "stopping";
                };
                "text/html": string;
            };
        };
    };
    parameters: {
        /**
         * @description The election’s id
         * @example town-2026
         */
        ElectionId: string;
        /**
         * @description ETags of what the reader has: if the answer is one of them, it is 304
         * @example "Q5RFYyKu_4tTMODgrWkXzE"
         */
        IfNoneMatch: string;
    };
    requestBodies: never;
    headers: {
        /**
         * @description Names these bytes, as they are or compressed
         * @example "Q5RFYyKu_4tTMODgrWkXzE"
         */
        ETag: string;
        /**
         * @description What to send in `Authorization`
         * @example Bearer
         */
        "WWW-Authenticate": "Bearer";
        /**
         * @description Seconds to wait before the same request is sent again
         * @example 1
         */
        "Retry-After": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    castVote: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any name for this ballot. Sent again with the same one, a request whose answer was lost gets the receipt of the ballot that it has cast; without it, 409
                 * @example a7d8c2
                 */
                "Idempotency-Key"?: string;
                /** @description After `challenge-needed`: the challenge, a dot, and a number for which SHA-256 of the challenge’s last part, a dot and the number begins with so many zero bits. Good once, for two minutes, from the address that asked */
                "Challenge-Solution"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "personal_id": "P0000001",
                 *       "guid": "7b0e6f3c-8f0c-4d53-9c55-2d1a3c2f5f0e",
                 *       "candidate": "ada"
                 *     }
                 */
                "application/json": components["schemas"]["Vote"];
            };
        };
        responses: {
            /** @description The ballot is durable and will be counted. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "recorded",
                     *       "election": "town-2026",
                     *       "tracker": "O5Cm3F8oI5-keDw8lVboSNMCgC8hNzV67qI_oStWqFw",
                     *       "promise": {
                     *         "log": "digital-elections/town-2026-818e0587",
                     *         "publish_by": 1795972481,
                     *         "salt": "a555c733d4c50669d4010ef7ae89023b",
                     *         "index": 0,
                     *         "hashes": [],
                     *         "note": "digital-elections/town-2026-818e0587/promises\n1\n92xu6K2C2KhvnKKCnJ/qrN2Gw1lW0BtSCvaKxL15IZ4=\n\n— digital-elections/town-2026-818e0587 0GcAuyCyeZjk83uzui39Lc10LOephRc1ldpmRrPE5MM8L4mLBvAAYyokxmnCnKKo7OPM/LDXLx7Kc58SUBsmg13dyQw=\n"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Receipt"];
                };
            };
            400: components["responses"]["400.malformed"];
            401: components["responses"]["401.token-missing.token-invalid"];
            403: components["responses"]["403.in-clear.token-scope.unknown-key.polls-not-open.polls-closed"];
            408: components["responses"]["408.too-slow"];
            409: components["responses"]["409.key-already-used"];
            413: components["responses"]["413.body-too-large"];
            415: components["responses"]["415.not-json.compressed"];
            422: components["responses"]["422.unknown-candidate.unknown-contest.undervote.several-contests"];
            429: components["responses"]["429.too-many-attempts.challenge-needed.token-rate"];
            431: components["responses"]["431.headers-too-large"];
            500: components["responses"]["Fault"];
            503: components["responses"]["503.too-busy.storage-unavailable.outcome-unknown.stopping"];
        };
    };
    castBallot: {
        parameters: {
            query?: {
                /** @description For NDJSON: "full" gives every recorded ballot’s line its promise, not the tracker alone */
                receipts?: "full" | "trackers";
            };
            header?: {
                /**
                 * @description Any name for this ballot. Sent again with the same one, a request whose answer was lost gets the receipt of the ballot that it has cast; without it, 409
                 * @example a7d8c2
                 */
                "Idempotency-Key"?: string;
                /** @description After `challenge-needed`: the challenge, a dot, and a number for which SHA-256 of the challenge’s last part, a dot and the number begins with so many zero bits. Good once, for two minutes, from the address that asked */
                "Challenge-Solution"?: string;
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "personal_id": "P0000001",
                 *       "guid": "7b0e6f3c-8f0c-4d53-9c55-2d1a3c2f5f0e",
                 *       "contests": {
                 *         "mayor": [
                 *           "ada"
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["Ballot"];
                /** @example {"personal_id":"P0000001","guid":"7b0e6f3c-8f0c-4d53-9c55-2d1a3c2f5f0e","candidate":"ada","idempotency_key":"desk-4/000017"} */
                "application/x-ndjson": unknown;
            };
        };
        responses: {
            /** @description Each line is answered by itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {"status":201,"tracker":"O5Cm3F8oI5-keDw8lVboSNMCgC8hNzV67qI_oStWqFw"}
                     *     {"status":409,"code":"key-already-used"}
                     */
                    "application/x-ndjson": string;
                };
            };
            /** @description The ballot is durable and will be counted. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "recorded",
                     *       "election": "town-2026",
                     *       "tracker": "O5Cm3F8oI5-keDw8lVboSNMCgC8hNzV67qI_oStWqFw",
                     *       "promise": {
                     *         "log": "digital-elections/town-2026-818e0587",
                     *         "publish_by": 1795972481,
                     *         "salt": "a555c733d4c50669d4010ef7ae89023b",
                     *         "index": 0,
                     *         "hashes": [],
                     *         "note": "digital-elections/town-2026-818e0587/promises\n1\n92xu6K2C2KhvnKKCnJ/qrN2Gw1lW0BtSCvaKxL15IZ4=\n\n— digital-elections/town-2026-818e0587 0GcAuyCyeZjk83uzui39Lc10LOephRc1ldpmRrPE5MM8L4mLBvAAYyokxmnCnKKo7OPM/LDXLx7Kc58SUBsmg13dyQw=\n"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Receipt"];
                };
            };
            400: components["responses"]["400.malformed"];
            401: components["responses"]["401.token-missing.token-invalid"];
            403: components["responses"]["403.in-clear.token-scope.unknown-key.polls-not-open.polls-closed"];
            404: components["responses"]["404.not-found.unknown-election"];
            408: components["responses"]["408.too-slow"];
            409: components["responses"]["409.key-already-used"];
            413: components["responses"]["413.body-too-large"];
            415: components["responses"]["415.not-json.compressed"];
            422: components["responses"]["422.unknown-candidate.unknown-contest.overvote.undervote"];
            429: components["responses"]["429.too-many-attempts.challenge-needed.token-rate"];
            431: components["responses"]["431.headers-too-large"];
            500: components["responses"]["Fault"];
            503: components["responses"]["503.too-busy.storage-unavailable.outcome-unknown.stopping"];
        };
    };
    castBallots: {
        parameters: {
            query?: {
                /** @description For NDJSON: "full" gives every recorded ballot’s line its promise, not the tracker alone */
                receipts?: "full" | "trackers";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {"personal_id":"P0000001","guid":"7b0e6f3c-8f0c-4d53-9c55-2d1a3c2f5f0e","candidate":"ada","idempotency_key":"desk-4/000017"} */
                "application/x-ndjson": unknown;
            };
        };
        responses: {
            /** @description Each line is answered by itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {"status":201,"tracker":"O5Cm3F8oI5-keDw8lVboSNMCgC8hNzV67qI_oStWqFw"}
                     *     {"status":409,"code":"key-already-used"}
                     */
                    "application/x-ndjson": string;
                };
            };
            400: components["responses"]["400.malformed"];
            401: components["responses"]["401.token-missing.token-invalid"];
            403: components["responses"]["403.token-scope"];
            408: components["responses"]["408.too-slow"];
            413: components["responses"]["413.body-too-large"];
            415: components["responses"]["415.not-json.compressed"];
            429: components["responses"]["429.token-rate"];
            431: components["responses"]["431.headers-too-large"];
            500: components["responses"]["Fault"];
        };
    };
    getBallotStyle: {
        parameters: {
            query?: never;
            header?: {
                /** @description After `challenge-needed`: the challenge, a dot, and a number for which SHA-256 of the challenge’s last part, a dot and the number begins with so many zero bits. Good once, for two minutes, from the address that asked */
                "Challenge-Solution"?: string;
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "personal_id": "P0000001",
                 *       "guid": "7b0e6f3c-8f0c-4d53-9c55-2d1a3c2f5f0e"
                 *     }
                 */
                "application/json": components["schemas"]["VoterKey"];
            };
        };
        responses: {
            /** @description The key may vote in these. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "district": "north",
                     *       "contests": [
                     *         "mayor"
                     *       ],
                     *       "used": false
                     *     }
                     */
                    "application/json": components["schemas"]["BallotStyle"];
                };
            };
            400: components["responses"]["400.malformed"];
            401: components["responses"]["401.token-missing.token-invalid"];
            403: components["responses"]["403.token-scope.unknown-key.polls-not-open.polls-closed"];
            404: components["responses"]["404.not-found.unknown-election"];
            408: components["responses"]["408.too-slow"];
            409: components["responses"]["409.key-already-used"];
            413: components["responses"]["413.body-too-large"];
            415: components["responses"]["415.not-json.compressed"];
            429: components["responses"]["429.too-many-attempts.challenge-needed.token-rate"];
            431: components["responses"]["431.headers-too-large"];
            500: components["responses"]["Fault"];
            503: components["responses"]["503.storage-unavailable"];
        };
    };
    getChallenge: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Good once, for two minutes, from the address that asks. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "challenge": "17.1795972481.gqZzq2v0eX1Yb3uC.O5Cm3F8oI5-keDw8lVboSA",
                     *       "bits": 17,
                     *       "expires_at": "2026-11-29T20:41:21.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Challenge"];
                };
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
        };
    };
    listElections: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In no particular order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "default": "town-2026",
                     *       "elections": [
                     *         {
                     *           "id": "town-2026",
                     *           "title": "Town election 2026",
                     *           "phase": "open"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Elections"];
                };
            };
            400: components["responses"]["400.malformed.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getElection: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is in force: the end of voting may have moved. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "town-2026",
                     *       "title": "Town election 2026",
                     *       "opens_at": "2026-11-23T08:00:00+01:00",
                     *       "closes_at": "2026-11-23T20:00:00+01:00",
                     *       "results": "live",
                     *       "suppress_below": 10,
                     *       "districts": [
                     *         {
                     *           "id": "north",
                     *           "name": "North"
                     *         },
                     *         {
                     *           "id": "south",
                     *           "name": "South"
                     *         }
                     *       ],
                     *       "contests": [
                     *         {
                     *           "id": "mayor",
                     *           "title": "Mayor",
                     *           "options": [
                     *             {
                     *               "id": "ada",
                     *               "name": "Ada Lovelace"
                     *             },
                     *             {
                     *               "id": "grace",
                     *               "name": "Grace Hopper"
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Definition"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getResults: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Under load it may be some seconds old. */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "election": {
                     *         "id": "town-2026",
                     *         "title": "Town election 2026",
                     *         "opens_at": "2026-11-23T07:00:00.000Z",
                     *         "closes_at": "2026-11-23T19:00:00.000Z",
                     *         "results": "live",
                     *         "simulated": false,
                     *         "suppress_below": 1
                     *       },
                     *       "phase": "open",
                     *       "as_of": "2026-11-23T17:04:43.132Z",
                     *       "last_ballot_at": "2026-11-23T17:04:40.093Z",
                     *       "eligible": 400,
                     *       "cast": 3,
                     *       "blank": 0,
                     *       "held": 0,
                     *       "checkpoint": null,
                     *       "votes_per_second": 0.4,
                     *       "turnout": [
                     *         [
                     *           1795453470,
                     *           0
                     *         ],
                     *         [
                     *           1795453480,
                     *           3
                     *         ]
                     *       ],
                     *       "districts": [
                     *         {
                     *           "id": "north",
                     *           "name": "North",
                     *           "eligible": 400,
                     *           "cast": 3
                     *         }
                     *       ],
                     *       "contests": [
                     *         {
                     *           "id": "mayor",
                     *           "title": "Mayor",
                     *           "votes_allowed": 1,
                     *           "seats": 1,
                     *           "measure": false,
                     *           "share_of": "votes",
                     *           "threshold": null,
                     *           "quorum": null,
                     *           "eligible": 400,
                     *           "ballots": 3,
                     *           "blank": 0,
                     *           "undervotes": 0,
                     *           "options": [
                     *             {
                     *               "id": "ada",
                     *               "name": "Ada Lovelace",
                     *               "color": null,
                     *               "votes": 2
                     *             },
                     *             {
                     *               "id": "grace",
                     *               "name": "Grace Hopper",
                     *               "color": null,
                     *               "votes": 1
                     *             }
                     *           ],
                     *           "by_district": [
                     *             [
                     *               0,
                     *               2,
                     *               1,
                     *               0
                     *             ]
                     *           ]
                     *         }
                     *       ],
                     *       "invariant": {
                     *         "keys_used": 3,
                     *         "ballots_stored": 3,
                     *         "ballots_tallied": 3,
                     *         "ballots_summed": 3,
                     *         "holds": true
                     *       },
                     *       "log": {
                     *         "origin": "digital-elections/town-2026-818e0587",
                     *         "key": "digital-elections/town-2026-818e0587+d06700bb+AUzbYGsq0vz5zv9YhchDIYFnL/gRu5PbmBgBRxlNKnWu",
                     *         "size": 4,
                     *         "root": "lslJvEXL6xP6SmPNTa/My5bxvq/ySIyqNUL7j+GgSjw=",
                     *         "published_at": "2026-11-23T17:04:41.482Z",
                     *         "behind": 0,
                     *         "failures": 0,
                     *         "closed": false
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Snapshot"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["400.malformed.page"];
            401: components["responses"]["401.token-missing.token-invalid.page"];
            403: components["responses"]["403.token-scope.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            429: components["responses"]["429.token-rate.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getElectionResults: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Under load it may be some seconds old. */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "election": {
                     *         "id": "town-2026",
                     *         "title": "Town election 2026",
                     *         "opens_at": "2026-11-23T07:00:00.000Z",
                     *         "closes_at": "2026-11-23T19:00:00.000Z",
                     *         "results": "live",
                     *         "simulated": false,
                     *         "suppress_below": 1
                     *       },
                     *       "phase": "open",
                     *       "as_of": "2026-11-23T17:04:43.132Z",
                     *       "last_ballot_at": "2026-11-23T17:04:40.093Z",
                     *       "eligible": 400,
                     *       "cast": 3,
                     *       "blank": 0,
                     *       "held": 0,
                     *       "checkpoint": null,
                     *       "votes_per_second": 0.4,
                     *       "turnout": [
                     *         [
                     *           1795453470,
                     *           0
                     *         ],
                     *         [
                     *           1795453480,
                     *           3
                     *         ]
                     *       ],
                     *       "districts": [
                     *         {
                     *           "id": "north",
                     *           "name": "North",
                     *           "eligible": 400,
                     *           "cast": 3
                     *         }
                     *       ],
                     *       "contests": [
                     *         {
                     *           "id": "mayor",
                     *           "title": "Mayor",
                     *           "votes_allowed": 1,
                     *           "seats": 1,
                     *           "measure": false,
                     *           "share_of": "votes",
                     *           "threshold": null,
                     *           "quorum": null,
                     *           "eligible": 400,
                     *           "ballots": 3,
                     *           "blank": 0,
                     *           "undervotes": 0,
                     *           "options": [
                     *             {
                     *               "id": "ada",
                     *               "name": "Ada Lovelace",
                     *               "color": null,
                     *               "votes": 2
                     *             },
                     *             {
                     *               "id": "grace",
                     *               "name": "Grace Hopper",
                     *               "color": null,
                     *               "votes": 1
                     *             }
                     *           ],
                     *           "by_district": [
                     *             [
                     *               0,
                     *               2,
                     *               1,
                     *               0
                     *             ]
                     *           ]
                     *         }
                     *       ],
                     *       "invariant": {
                     *         "keys_used": 3,
                     *         "ballots_stored": 3,
                     *         "ballots_tallied": 3,
                     *         "ballots_summed": 3,
                     *         "holds": true
                     *       },
                     *       "log": {
                     *         "origin": "digital-elections/town-2026-818e0587",
                     *         "key": "digital-elections/town-2026-818e0587+d06700bb+AUzbYGsq0vz5zv9YhchDIYFnL/gRu5PbmBgBRxlNKnWu",
                     *         "size": 4,
                     *         "root": "lslJvEXL6xP6SmPNTa/My5bxvq/ySIyqNUL7j+GgSjw=",
                     *         "published_at": "2026-11-23T17:04:41.482Z",
                     *         "behind": 0,
                     *         "failures": 0,
                     *         "closed": false
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Snapshot"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["400.malformed.page"];
            401: components["responses"]["401.token-missing.token-invalid.page"];
            403: components["responses"]["403.token-scope.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            429: components["responses"]["429.token-rate.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    followResults: {
        parameters: {
            query?: {
                /**
                 * @description The same, for a page that opens a new stream and cannot set the header
                 * @example 1795971875001
                 */
                last?: string;
                /** @description A whole snapshot to begin with, then what has changed (docs/protocol.md, "HTTP") */
                deltas?: "1";
            };
            header?: {
                /**
                 * @description The id of the last event the reader has: nothing is sent until there is news
                 * @example 1795971875001
                 */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A snapshot at once, then with each piece of news; a beat every five seconds. */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 1000
                     *
                     *     event: beat
                     *     data: {"viewers":1,"commit_ms":0.9}
                     */
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["400.malformed.page"];
            401: components["responses"]["401.token-missing.token-invalid.page"];
            403: components["responses"]["403.token-scope.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            429: components["responses"]["429.token-rate.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    followElectionResults: {
        parameters: {
            query?: {
                /**
                 * @description The same, for a page that opens a new stream and cannot set the header
                 * @example 1795971875001
                 */
                last?: string;
                /** @description A whole snapshot to begin with, then what has changed (docs/protocol.md, "HTTP") */
                deltas?: "1";
            };
            header?: {
                /**
                 * @description The id of the last event the reader has: nothing is sent until there is news
                 * @example 1795971875001
                 */
                "Last-Event-ID"?: string;
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A snapshot at once, then with each piece of news; a beat every five seconds. */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 1000
                     *
                     *     event: beat
                     *     data: {"viewers":1,"commit_ms":0.9}
                     */
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["400.malformed.page"];
            401: components["responses"]["401.token-missing.token-invalid.page"];
            403: components["responses"]["403.token-scope.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            429: components["responses"]["429.token-rate.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getHistory: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Two moments are at least ten counted ballots apart. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "times": [
                     *         1795453480
                     *       ],
                     *       "cast": [
                     *         3
                     *       ],
                     *       "held": [
                     *         0
                     *       ],
                     *       "contests": [
                     *         {
                     *           "id": "mayor",
                     *           "ballots": [
                     *             3
                     *           ],
                     *           "blank": [
                     *             0
                     *           ],
                     *           "votes": [
                     *             [
                     *               2
                     *             ],
                     *             [
                     *               1
                     *             ]
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["History"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["400.malformed.page"];
            401: components["responses"]["401.token-missing.token-invalid.page"];
            403: components["responses"]["403.token-scope.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            429: components["responses"]["429.token-rate.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getElectionHistory: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Two moments are at least ten counted ballots apart. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "times": [
                     *         1795453480
                     *       ],
                     *       "cast": [
                     *         3
                     *       ],
                     *       "held": [
                     *         0
                     *       ],
                     *       "contests": [
                     *         {
                     *           "id": "mayor",
                     *           "ballots": [
                     *             3
                     *           ],
                     *           "blank": [
                     *             0
                     *           ],
                     *           "votes": [
                     *             [
                     *               2
                     *             ],
                     *             [
                     *               1
                     *             ]
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["History"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["400.malformed.page"];
            401: components["responses"]["401.token-missing.token-invalid.page"];
            403: components["responses"]["403.token-scope.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            429: components["responses"]["429.token-rate.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getResultDocument: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is told of the result by now; of an election with results after the close, not before. */
            200: {
                headers: {
                    /** @description A name for the file */
                    "Content-Disposition"?: string;
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "format": "digital-elections/result/v1",
                     *       "election": "town-2026",
                     *       "ballots": 3,
                     *       "held": 0,
                     *       "contests": [
                     *         {
                     *           "id": "mayor",
                     *           "ballots": 3,
                     *           "blank": 0,
                     *           "undervotes": 0,
                     *           "options": [
                     *             {
                     *               "id": "ada",
                     *               "votes": 2
                     *             },
                     *             {
                     *               "id": "grace",
                     *               "votes": 1
                     *             }
                     *           ],
                     *           "districts": [
                     *             {
                     *               "id": "north",
                     *               "ballots": 3,
                     *               "blank": 0,
                     *               "undervotes": 0,
                     *               "votes": [
                     *                 2,
                     *                 1
                     *               ]
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Result"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["400.malformed.page"];
            401: components["responses"]["401.token-missing.token-invalid.page"];
            403: components["responses"]["403.token-scope.results-after-close.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            429: components["responses"]["429.token-rate.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getElectionResultDocument: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is told of the result by now; of an election with results after the close, not before. */
            200: {
                headers: {
                    /** @description A name for the file */
                    "Content-Disposition"?: string;
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "format": "digital-elections/result/v1",
                     *       "election": "town-2026",
                     *       "ballots": 3,
                     *       "held": 0,
                     *       "contests": [
                     *         {
                     *           "id": "mayor",
                     *           "ballots": 3,
                     *           "blank": 0,
                     *           "undervotes": 0,
                     *           "options": [
                     *             {
                     *               "id": "ada",
                     *               "votes": 2
                     *             },
                     *             {
                     *               "id": "grace",
                     *               "votes": 1
                     *             }
                     *           ],
                     *           "districts": [
                     *             {
                     *               "id": "north",
                     *               "ballots": 3,
                     *               "blank": 0,
                     *               "undervotes": 0,
                     *               "votes": [
                     *                 2,
                     *                 1
                     *               ]
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Result"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["400.malformed.page"];
            401: components["responses"]["401.token-missing.token-invalid.page"];
            403: components["responses"]["403.token-scope.results-after-close.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            429: components["responses"]["429.token-rate.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getResultTable: {
        parameters: {
            query?: {
                /**
                 * @description A language of the election’s texts by its tag; the election’s first if left out. Where it has none such, the answer is `not-found`.
                 * @example es
                 */
                language?: string;
            };
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is told of the result by now; of an election with results after the close, not before. */
            200: {
                headers: {
                    /** @description A name for the file */
                    "Content-Disposition"?: string;
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example contest_id,contest,district_id,district,option_id,option,votes,share,result
                     *     mayor,Mayor,(total),All districts,ada,Ada Lovelace,2,66.67%,elected
                     */
                    "text/csv": string;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["400.malformed.page"];
            401: components["responses"]["401.token-missing.token-invalid.page"];
            403: components["responses"]["403.token-scope.results-after-close.page"];
            404: components["responses"]["404.not-found.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            429: components["responses"]["429.token-rate.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getElectionResultTable: {
        parameters: {
            query?: {
                /**
                 * @description A language of the election’s texts by its tag; the election’s first if left out. Where it has none such, the answer is `not-found`.
                 * @example es
                 */
                language?: string;
            };
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is told of the result by now; of an election with results after the close, not before. */
            200: {
                headers: {
                    /** @description A name for the file */
                    "Content-Disposition"?: string;
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example contest_id,contest,district_id,district,option_id,option,votes,share,result
                     *     mayor,Mayor,(total),All districts,ada,Ada Lovelace,2,66.67%,elected
                     */
                    "text/csv": string;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["400.malformed.page"];
            401: components["responses"]["401.token-missing.token-invalid.page"];
            403: components["responses"]["403.token-scope.results-after-close.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            429: components["responses"]["429.token-rate.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getResultReport: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is told of the result by now; of an election with results after the close, not before. */
            200: {
                headers: {
                    /** @description A name for the file */
                    "Content-Disposition"?: string;
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "@type": "ElectionResults.ElectionReport",
                     *       "Format": "precinct-level",
                     *       "Status": "unofficial-partial"
                     *     }
                     */
                    "application/json": components["schemas"]["ElectionReport"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["400.malformed.page"];
            401: components["responses"]["401.token-missing.token-invalid.page"];
            403: components["responses"]["403.token-scope.results-after-close.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            429: components["responses"]["429.token-rate.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getElectionResultReport: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is told of the result by now; of an election with results after the close, not before. */
            200: {
                headers: {
                    /** @description A name for the file */
                    "Content-Disposition"?: string;
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "@type": "ElectionResults.ElectionReport",
                     *       "Format": "precinct-level",
                     *       "Status": "unofficial-partial"
                     *     }
                     */
                    "application/json": components["schemas"]["ElectionReport"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["400.malformed.page"];
            401: components["responses"]["401.token-missing.token-invalid.page"];
            403: components["responses"]["403.token-scope.results-after-close.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            429: components["responses"]["429.token-rate.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getCheckpoint: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The newest checkpoint, a signed note (c2sp.org/tlog-checkpoint) */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example digital-elections/town-2026-818e0587
                     *     301
                     *     lslJvEXL6xP6SmPNTa/My5bxvq/ySIyqNUL7j+GgSjw=
                     *
                     *     — digital-elections/town-2026-818e0587 0GcAu1sjxa+PADFrjixKcaOr6hXZAlQuNqeAcB0IMXmCqn2iSEBMBCVDFZlK1gOwMH96XS0KusVZy5zLUSCzyntZkgk=
                     */
                    "text/plain": string;
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getElectionCheckpoint: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The newest checkpoint, a signed note (c2sp.org/tlog-checkpoint) */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example digital-elections/town-2026-818e0587
                     *     301
                     *     lslJvEXL6xP6SmPNTa/My5bxvq/ySIyqNUL7j+GgSjw=
                     *
                     *     — digital-elections/town-2026-818e0587 0GcAu1sjxa+PADFrjixKcaOr6hXZAlQuNqeAcB0IMXmCqn2iSEBMBCVDFZlK1gOwMH96XS0KusVZy5zLUSCzyntZkgk=
                     */
                    "text/plain": string;
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getWitnessedCheckpoint: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The newest checkpoint with cosignatures enough */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example digital-elections/town-2026-818e0587
                     *     301
                     *     lslJvEXL6xP6SmPNTa/My5bxvq/ySIyqNUL7j+GgSjw=
                     *
                     *     — digital-elections/town-2026-818e0587 0GcAu1sjxa+PADFrjixKcaOr6hXZAlQuNqeAcB0IMXmCqn2iSEBMBCVDFZlK1gOwMH96XS0KusVZy5zLUSCzyntZkgk=
                     */
                    "text/plain": string;
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getElectionWitnessedCheckpoint: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The newest checkpoint with cosignatures enough */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example digital-elections/town-2026-818e0587
                     *     301
                     *     lslJvEXL6xP6SmPNTa/My5bxvq/ySIyqNUL7j+GgSjw=
                     *
                     *     — digital-elections/town-2026-818e0587 0GcAu1sjxa+PADFrjixKcaOr6hXZAlQuNqeAcB0IMXmCqn2iSEBMBCVDFZlK1gOwMH96XS0KusVZy5zLUSCzyntZkgk=
                     */
                    "text/plain": string;
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getTile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Height of the hashes over the leaves, in eights; or `entries` for the entries themselves
                 * @example 0
                 */
                level: string;
                /**
                 * @description Number of the tile, its last three digits
                 * @example 001
                 */
                index: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A tile of 256 hashes, or a bundle of 256 entries (c2sp.org/tlog-tiles) */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getElectionTile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
                /**
                 * @description Height of the hashes over the leaves, in eights; or `entries` for the entries themselves
                 * @example 0
                 */
                level: string;
                /**
                 * @description Number of the tile, its last three digits
                 * @example 001
                 */
                index: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A tile of 256 hashes, or a bundle of 256 entries (c2sp.org/tlog-tiles) */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getPartialTile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Height of the hashes over the leaves, in eights; or `entries` for the entries themselves
                 * @example 0
                 */
                level: string;
                /**
                 * @description Number of the tile, its last three digits
                 * @example 001
                 */
                index: string;
                /**
                 * @description Of a partial tile: how many hashes or entries, 1 to 255
                 * @example 45
                 */
                width: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A tile of 256 hashes, or a bundle of 256 entries (c2sp.org/tlog-tiles), of which only the first are there */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getElectionPartialTile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
                /**
                 * @description Height of the hashes over the leaves, in eights; or `entries` for the entries themselves
                 * @example 0
                 */
                level: string;
                /**
                 * @description Number of the tile, its last three digits
                 * @example 001
                 */
                index: string;
                /**
                 * @description Of a partial tile: how many hashes or entries, 1 to 255
                 * @example 45
                 */
                width: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A tile of 256 hashes, or a bundle of 256 entries (c2sp.org/tlog-tiles), of which only the first are there */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getFarTile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Height of the hashes over the leaves, in eights; or `entries` for the entries themselves
                 * @example 0
                 */
                level: string;
                /**
                 * @description Its digits before these, by threes, each with an `x`: `x001` for 1,000 to 1,999
                 * @example x001
                 */
                thousands: string;
                /**
                 * @description Number of the tile, its last three digits
                 * @example 001
                 */
                index: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A tile of 256 hashes, or a bundle of 256 entries (c2sp.org/tlog-tiles), from number 1,000 on */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getElectionFarTile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
                /**
                 * @description Height of the hashes over the leaves, in eights; or `entries` for the entries themselves
                 * @example 0
                 */
                level: string;
                /**
                 * @description Its digits before these, by threes, each with an `x`: `x001` for 1,000 to 1,999
                 * @example x001
                 */
                thousands: string;
                /**
                 * @description Number of the tile, its last three digits
                 * @example 001
                 */
                index: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A tile of 256 hashes, or a bundle of 256 entries (c2sp.org/tlog-tiles), from number 1,000 on */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getFarPartialTile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Height of the hashes over the leaves, in eights; or `entries` for the entries themselves
                 * @example 0
                 */
                level: string;
                /**
                 * @description Its digits before these, by threes, each with an `x`: `x001` for 1,000 to 1,999
                 * @example x001
                 */
                thousands: string;
                /**
                 * @description Number of the tile, its last three digits
                 * @example 001
                 */
                index: string;
                /**
                 * @description Of a partial tile: how many hashes or entries, 1 to 255
                 * @example 45
                 */
                width: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A tile of 256 hashes, or a bundle of 256 entries (c2sp.org/tlog-tiles), from number 1,000 on, of which only the first are there */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getElectionFarPartialTile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
                /**
                 * @description Height of the hashes over the leaves, in eights; or `entries` for the entries themselves
                 * @example 0
                 */
                level: string;
                /**
                 * @description Its digits before these, by threes, each with an `x`: `x001` for 1,000 to 1,999
                 * @example x001
                 */
                thousands: string;
                /**
                 * @description Number of the tile, its last three digits
                 * @example 001
                 */
                index: string;
                /**
                 * @description Of a partial tile: how many hashes or entries, 1 to 255
                 * @example 45
                 */
                width: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A tile of 256 hashes, or a bundle of 256 entries (c2sp.org/tlog-tiles), from number 1,000 on, of which only the first are there */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getProof: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description As the receipt has it
                 * @example O5Cm3F8oI5-keDw8lVboSNMCgC8hNzV67qI_oStWqFw
                 */
                tracker: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With the checkpoint that it leads to. */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example c2sp.org/tlog-proof@v1
                     *     index 81
                     *     lslJvEXL6xP6SmPNTa/My5bxvq/ySIyqNUL7j+GgSjw=
                     *
                     *     digital-elections/town-2026-818e0587
                     *     301
                     *     lslJvEXL6xP6SmPNTa/My5bxvq/ySIyqNUL7j+GgSjw=
                     *
                     *     — digital-elections/town-2026-818e0587 0GcAu1sjxa+PADFrjixKcaOr6hXZAlQuNqeAcB0IMXmCqn2iSEBMBCVDFZlK1gOwMH96XS0KusVZy5zLUSCzyntZkgk=
                     */
                    "text/plain": string;
                };
            };
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.not-yet-published.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getElectionProof: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
                /**
                 * @description As the receipt has it
                 * @example O5Cm3F8oI5-keDw8lVboSNMCgC8hNzV67qI_oStWqFw
                 */
                tracker: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With the checkpoint that it leads to. */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example c2sp.org/tlog-proof@v1
                     *     index 81
                     *     lslJvEXL6xP6SmPNTa/My5bxvq/ySIyqNUL7j+GgSjw=
                     *
                     *     digital-elections/town-2026-818e0587
                     *     301
                     *     lslJvEXL6xP6SmPNTa/My5bxvq/ySIyqNUL7j+GgSjw=
                     *
                     *     — digital-elections/town-2026-818e0587 0GcAu1sjxa+PADFrjixKcaOr6hXZAlQuNqeAcB0IMXmCqn2iSEBMBCVDFZlK1gOwMH96XS0KusVZy5zLUSCzyntZkgk=
                     */
                    "text/plain": string;
                };
            };
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.not-yet-published.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getGenesis: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The log’s first entry: its key and its rules */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "v": 2,
                     *       "entry": "genesis",
                     *       "election": "town-2026",
                     *       "log": "digital-elections/town-2026-818e0587+d06700bb+AUzbYGsq0vz5zv9YhchDIYFnL/gRu5PbmBgBRxlNKnWu",
                     *       "definition_sha256": "b2fbcd246c838f1b205bc198cff80bf331832e3a0881415ae0c4182e0a40865e",
                     *       "roll": {
                     *         "size": 400,
                     *         "root": "lslJvEXL6xP6SmPNTa/My5bxvq/ySIyqNUL7j+GgSjw=",
                     *         "per_district_sha256": "b2fbcd246c838f1b205bc198cff80bf331832e3a0881415ae0c4182e0a40865e"
                     *       },
                     *       "release": {
                     *         "results": "live",
                     *         "suppress_below": 10
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Genesis"];
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getElectionGenesis: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The log’s first entry: its key and its rules */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "v": 2,
                     *       "entry": "genesis",
                     *       "election": "town-2026",
                     *       "log": "digital-elections/town-2026-818e0587+d06700bb+AUzbYGsq0vz5zv9YhchDIYFnL/gRu5PbmBgBRxlNKnWu",
                     *       "definition_sha256": "b2fbcd246c838f1b205bc198cff80bf331832e3a0881415ae0c4182e0a40865e",
                     *       "roll": {
                     *         "size": 400,
                     *         "root": "lslJvEXL6xP6SmPNTa/My5bxvq/ySIyqNUL7j+GgSjw=",
                     *         "per_district_sha256": "b2fbcd246c838f1b205bc198cff80bf331832e3a0881415ae0c4182e0a40865e"
                     *       },
                     *       "release": {
                     *         "results": "live",
                     *         "suppress_below": 10
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Genesis"];
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getLogDefinition: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The definition as it was handed in, byte for byte */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "town-2026",
                     *       "title": "Town election 2026",
                     *       "opens_at": "2026-11-23T08:00:00+01:00",
                     *       "closes_at": "2026-11-23T20:00:00+01:00",
                     *       "results": "live",
                     *       "suppress_below": 10,
                     *       "districts": [
                     *         {
                     *           "id": "north",
                     *           "name": "North"
                     *         },
                     *         {
                     *           "id": "south",
                     *           "name": "South"
                     *         }
                     *       ],
                     *       "contests": [
                     *         {
                     *           "id": "mayor",
                     *           "title": "Mayor",
                     *           "options": [
                     *             {
                     *               "id": "ada",
                     *               "name": "Ada Lovelace"
                     *             },
                     *             {
                     *               "id": "grace",
                     *               "name": "Grace Hopper"
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Definition"];
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getElectionLogDefinition: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The definition as it was handed in, byte for byte */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "town-2026",
                     *       "title": "Town election 2026",
                     *       "opens_at": "2026-11-23T08:00:00+01:00",
                     *       "closes_at": "2026-11-23T20:00:00+01:00",
                     *       "results": "live",
                     *       "suppress_below": 10,
                     *       "districts": [
                     *         {
                     *           "id": "north",
                     *           "name": "North"
                     *         },
                     *         {
                     *           "id": "south",
                     *           "name": "South"
                     *         }
                     *       ],
                     *       "contests": [
                     *         {
                     *           "id": "mayor",
                     *           "title": "Mayor",
                     *           "options": [
                     *             {
                     *               "id": "ada",
                     *               "name": "Ada Lovelace"
                     *             },
                     *             {
                     *               "id": "grace",
                     *               "name": "Grace Hopper"
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Definition"];
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getKeysIssued: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Keys issued per district, by the genesis */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       200,
                     *       200
                     *     ]
                     */
                    "application/json": components["schemas"]["KeysIssued"];
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getElectionKeysIssued: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Keys issued per district, by the genesis */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       200,
                     *       200
                     *     ]
                     */
                    "application/json": components["schemas"]["KeysIssued"];
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getKeysIssuedLater: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description As the amendment names it
                 * @example b2fbcd246c838f1b205bc198cff80bf331832e3a0881415ae0c4182e0a40865e
                 */
                sha256: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Keys issued per district, by an amendment */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       200,
                     *       200
                     *     ]
                     */
                    "application/json": components["schemas"]["KeysIssued"];
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getElectionKeysIssuedLater: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
                /**
                 * @description As the amendment names it
                 * @example b2fbcd246c838f1b205bc198cff80bf331832e3a0881415ae0c4182e0a40865e
                 */
                sha256: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Keys issued per district, by an amendment */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       200,
                     *       200
                     *     ]
                     */
                    "application/json": components["schemas"]["KeysIssued"];
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getCertification: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The certified result, signed by the log’s key; 404 until then */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "format": "digital-elections/certification/v2",
                     *       "election": "town-2026",
                     *       "title": "Town election 2026",
                     *       "simulated": false,
                     *       "at": "2026-11-24T09:00:00.000Z",
                     *       "software": "digital-elections 0.1.0",
                     *       "result_sha256": "b2fbcd246c838f1b205bc198cff80bf331832e3a0881415ae0c4182e0a40865e",
                     *       "keys_issued": 400,
                     *       "keys_used": 3,
                     *       "ballots": 3,
                     *       "turnout": 0.0075,
                     *       "contests": [
                     *         {
                     *           "id": "mayor",
                     *           "title": "Mayor",
                     *           "votes_allowed": 1,
                     *           "seats": 1,
                     *           "eligible": 400,
                     *           "ballots": 3,
                     *           "blank": 0,
                     *           "undervotes": 0,
                     *           "options": [
                     *             {
                     *               "id": "ada",
                     *               "name": "Ada Lovelace",
                     *               "votes": 2
                     *             },
                     *             {
                     *               "id": "grace",
                     *               "name": "Grace Hopper",
                     *               "votes": 1
                     *             }
                     *           ],
                     *           "outcome": {
                     *             "result": "elected",
                     *             "elected": [
                     *               "ada"
                     *             ],
                     *             "tied": [],
                     *             "tied_seats": 0,
                     *             "vacant": 0,
                     *             "lot": []
                     *           }
                     *         }
                     *       ],
                     *       "log": {
                     *         "key": "digital-elections/town-2026-818e0587+d06700bb+AUzbYGsq0vz5zv9YhchDIYFnL/gRu5PbmBgBRxlNKnWu",
                     *         "checkpoint": "digital-elections/town-2026-818e0587\n301\nlslJvEXL6xP6SmPNTa/My5bxvq/ySIyqNUL7j+GgSjw=\n\n— digital-elections/town-2026-818e0587 0GcAu1sjxa+PADFrjixKcaOr6hXZAlQuNqeAcB0IMXmCqn2iSEBMBCVDFZlK1gOwMH96XS0KusVZy5zLUSCzyntZkgk=\n"
                     *       },
                     *       "checked": [
                     *         {
                     *           "check": "leaves",
                     *           "count": 301
                     *         }
                     *       ],
                     *       "note": "digital-elections/town-2026-818e0587/certification\nSHA-256 b2fbcd246c838f1b205bc198cff80bf331832e3a0881415ae0c4182e0a40865e\n\n— digital-elections/town-2026-818e0587 0GcAuyCyeZjk83uz\n"
                     *     }
                     */
                    "application/json": components["schemas"]["Certification"];
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getElectionCertification: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The certified result, signed by the log’s key; 404 until then */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "format": "digital-elections/certification/v2",
                     *       "election": "town-2026",
                     *       "title": "Town election 2026",
                     *       "simulated": false,
                     *       "at": "2026-11-24T09:00:00.000Z",
                     *       "software": "digital-elections 0.1.0",
                     *       "result_sha256": "b2fbcd246c838f1b205bc198cff80bf331832e3a0881415ae0c4182e0a40865e",
                     *       "keys_issued": 400,
                     *       "keys_used": 3,
                     *       "ballots": 3,
                     *       "turnout": 0.0075,
                     *       "contests": [
                     *         {
                     *           "id": "mayor",
                     *           "title": "Mayor",
                     *           "votes_allowed": 1,
                     *           "seats": 1,
                     *           "eligible": 400,
                     *           "ballots": 3,
                     *           "blank": 0,
                     *           "undervotes": 0,
                     *           "options": [
                     *             {
                     *               "id": "ada",
                     *               "name": "Ada Lovelace",
                     *               "votes": 2
                     *             },
                     *             {
                     *               "id": "grace",
                     *               "name": "Grace Hopper",
                     *               "votes": 1
                     *             }
                     *           ],
                     *           "outcome": {
                     *             "result": "elected",
                     *             "elected": [
                     *               "ada"
                     *             ],
                     *             "tied": [],
                     *             "tied_seats": 0,
                     *             "vacant": 0,
                     *             "lot": []
                     *           }
                     *         }
                     *       ],
                     *       "log": {
                     *         "key": "digital-elections/town-2026-818e0587+d06700bb+AUzbYGsq0vz5zv9YhchDIYFnL/gRu5PbmBgBRxlNKnWu",
                     *         "checkpoint": "digital-elections/town-2026-818e0587\n301\nlslJvEXL6xP6SmPNTa/My5bxvq/ySIyqNUL7j+GgSjw=\n\n— digital-elections/town-2026-818e0587 0GcAu1sjxa+PADFrjixKcaOr6hXZAlQuNqeAcB0IMXmCqn2iSEBMBCVDFZlK1gOwMH96XS0KusVZy5zLUSCzyntZkgk=\n"
                     *       },
                     *       "checked": [
                     *         {
                     *           "check": "leaves",
                     *           "count": 301
                     *         }
                     *       ],
                     *       "note": "digital-elections/town-2026-818e0587/certification\nSHA-256 b2fbcd246c838f1b205bc198cff80bf331832e3a0881415ae0c4182e0a40865e\n\n— digital-elections/town-2026-818e0587 0GcAuyCyeZjk83uz\n"
                     *     }
                     */
                    "application/json": components["schemas"]["Certification"];
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getCertificate: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The same for people */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": unknown;
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getElectionCertificate: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The same for people */
            200: {
                headers: {
                    /** @description Any site may read it */
                    "Access-Control-Allow-Origin"?: "*";
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": unknown;
                };
            };
            304: components["responses"]["NotModified"];
            /** @description This server does not hold the log: its files are there. */
            307: {
                headers: {
                    /** @description The same file where it lies */
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    extendVoting: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "closes_at": "2026-11-23T20:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["Extension"];
            };
        };
        responses: {
            /** @description The public log says so. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "election": "town-2026",
                     *       "closes_at": "2026-11-23T20:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Extended"];
                };
            };
            400: components["responses"]["400.malformed"];
            401: components["responses"]["401.token-missing.token-invalid"];
            403: components["responses"]["403.token-scope.polls-closed"];
            404: components["responses"]["404.not-found.unknown-election"];
            408: components["responses"]["408.too-slow"];
            409: components["responses"]["409.not-extended"];
            413: components["responses"]["413.body-too-large"];
            415: components["responses"]["415.not-json.compressed"];
            429: components["responses"]["429.token-rate"];
            431: components["responses"]["431.headers-too-large"];
            500: components["responses"]["Fault"];
            503: components["responses"]["503.too-busy.stopping"];
        };
    };
    openDashboard: {
        parameters: {
            query?: {
                /**
                 * @description A contest’s id: its count alone, for other sites to show in a frame
                 * @example mayor
                 */
                embed?: string;
            };
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page for people. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["400.malformed.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    openBooth: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page for people. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["400.malformed.page"];
            /** @description There is no such election; the page says so. An id longer than any is `not-found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                    /**
                     * @example {
                     *       "type": "urn:digital-elections:refusal:not-found",
                     *       "title": "There is nothing at this address",
                     *       "status": 404,
                     *       "code": "not-found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    openElectionDashboard: {
        parameters: {
            query?: {
                /**
                 * @description A contest’s id: its count alone, for other sites to show in a frame
                 * @example mayor
                 */
                embed?: string;
            };
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page for people. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getPreview: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Made again when the count has changed. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "image/png": unknown;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.unknown-election.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    openVerifier: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page for people. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["400.malformed.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    openElectionVerifier: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page for people. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["400.malformed.page"];
            /** @description There is no such election; the page says so. An id longer than any is `not-found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                    /**
                     * @example {
                     *       "type": "urn:digital-elections:refusal:not-found",
                     *       "title": "There is nothing at this address",
                     *       "status": 404,
                     *       "code": "not-found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getPicture: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The election’s id
                 * @example town-2026
                 */
                id: components["parameters"]["ElectionId"];
                /** @description Of its bytes, in hexadecimal */
                sha256: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Kept for good: its address changes with it. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                    "image/png": unknown;
                    "image/webp": unknown;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getAsset: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /** @description As the page has it */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Kept for good: its address changes with it. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "text/css": unknown;
                    "text/javascript": unknown;
                    "image/svg+xml": unknown;
                    "application/octet-stream": unknown;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["400.malformed.page"];
            404: components["responses"]["404.not-found.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    openApiReference: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            400: components["responses"]["400.malformed.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok",
                     *       "elections": [
                     *         {
                     *           "id": "town-2026",
                     *           "phase": "open",
                     *           "invariant": {
                     *             "keys_used": 3,
                     *             "ballots_stored": 3,
                     *             "ballots_tallied": 3,
                     *             "ballots_summed": 3,
                     *             "holds": true
                     *           },
                     *           "log": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["400.malformed.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            /** @description An alarm: in some election the numbers differ. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "alarm",
                     *       "elections": []
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ready"
                     *     }
                     */
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            400: components["responses"]["400.malformed.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.no-certificate.stopping.page"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the text format, version 0.0.4. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example # HELP process_start_time_seconds Start time of the process since unix epoch in seconds. */
                    "text/plain": string;
                };
            };
            400: components["responses"]["400.malformed.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
    getApiDescription: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of what the reader has: if the answer is one of them, it is 304
                 * @example "Q5RFYyKu_4tTMODgrWkXzE"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "openapi": "3.1.1",
                     *       "paths": {}
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["400.malformed.page"];
            408: components["responses"]["408.too-slow.page"];
            415: components["responses"]["415.compressed.page"];
            431: components["responses"]["431.headers-too-large.page"];
            500: components["responses"]["FaultPage"];
            503: components["responses"]["503.too-busy.page"];
        };
    };
}
