"""What schemathesis has to know besides the document: lines of ballots are sent as the text they are."""

import schemathesis

schemathesis.serializer.alias("application/x-ndjson", "text/plain")
