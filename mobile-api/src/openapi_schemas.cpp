#include "openapi.hpp"

namespace suoi::mobile_api {

// JSON Schema, draft 2020-12. Members beyond these may come; clients ignore what they do not know.
std::string_view openapi_schemas() {
  return R"json({
"Problem":{"type":"object","required":["type","title","status","code","detail"],"properties":{
  "type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"},"code":{"type":"string"},
  "detail":{"type":"string"},"advice":{"$ref":"#/components/schemas/Labels"}}},
"Labels":{"type":"object","required":["vi","en"],"properties":{"vi":{"type":"string"},"en":{"type":"string"}}},
"Jose":{"type":"string","description":"JWE in compact form (RFC 7516): ECDH-ES, A256GCM"},
"Jws":{"type":"object","description":"Flattened JWS (RFC 7515), ES256, the device's key as jwk in the protected header, over {code, device: {name, platform}, incarnation}",
  "required":["protected","payload","signature"],"properties":{"protected":{"type":"string"},"payload":{"type":"string"},
  "signature":{"type":"string"}}},
"PublicKey":{"type":"object","required":["kty","crv","x"],"properties":{"kty":{"enum":["EC","OKP"]},"crv":{"enum":["P-256","Ed25519"]},
  "x":{"type":"string"},"y":{"type":"string"},"kid":{"type":"string"},"use":{"enum":["sig","enc"]},
  "alg":{"type":"string"}}},
"KeySet":{"type":"object","required":["keys"],"properties":{"keys":{"type":"array",
  "items":{"$ref":"#/components/schemas/PublicKey"}}}},
"SignIn":{"type":"object","required":["login","password","jwk"],"properties":{"login":{"type":"string"},
  "password":{"type":"string","maxLength":128},"totp":{"type":"string"},"device":{"type":"object","properties":{
  "name":{"type":"string","maxLength":120},"platform":{"type":"string","maxLength":120}}},
  "jwk":{"$ref":"#/components/schemas/PublicKey"}}},
"Role":{"type":"object","required":["role","unit","organisation"],"properties":{"role":{"enum":["volunteer","team_leader",
  "commune_leader","coordinator","province_admin","auditor"]},"unit":{"type":"string"},
  "organisation":{"type":["string","null"]}}},
"Joined":{"type":"object","required":["device","token","person","roles","streams","limits","schema_version","epoch","clock",
  "keys","notice"],"properties":{"device":{"type":"string"},"token":{"type":"string"},"person":{"type":"string"},
  "roles":{"type":"array","items":{"$ref":"#/components/schemas/Role"}},
  "streams":{"type":"array","items":{"type":"string"}},"limits":{"type":"object","required":["changes","change_bytes",
  "body_bytes","inflated_bytes","file_bytes"]},"schema_version":{"type":"integer"},"epoch":{"type":"string"},
  "clock":{"type":"integer"},"keys":{"$ref":"#/components/schemas/KeySet"},"notice":{"type":"object",
  "required":["version","text"]},"expires":{"type":"integer","description":"of a browser's token, ms since 1970 UTC"}}},
"Change":{"type":"object","required":["seq","at","collection","record","base"],"properties":{"seq":{"type":"integer",
  "minimum":1},"at":{"type":"integer"},"up":{"type":"integer"},"collection":{"type":"string"},"record":{"type":"string"},
  "base":{"type":"integer","minimum":0},"set":{"type":"object"},"inc":{"type":"object"},"add":{"type":"object"},
  "remove":{"type":"object"},"delete":{"const":true},"reason":{"type":"string"}}},
"SyncRequest":{"type":"object","required":["protocol","schema_version","incarnation","last","clock"],"properties":{
  "protocol":{"const":1},"schema_version":{"type":"integer"},"epoch":{"type":"string"},"incarnation":{"type":"string"},
  "last":{"type":"integer"},"receipt":{"type":"string"},"continues":{"type":"object"},"clock":{"type":"integer"},
  "run":{"type":"string"},"up":{"type":"integer"},"changes":{"type":"array","maxItems":5000,
  "items":{"$ref":"#/components/schemas/Change"}},"cursors":{"type":"object"},"want":{"type":"array"},
  "max_bytes":{"type":"integer"},"lost":{"type":"array"}}},
"Verdict":{"type":"object","required":["seq","verdict"],"properties":{"seq":{"type":"integer"},"verdict":{"enum":["merged",
  "review","quarantined","redirected"]},"fields":{"type":"object"},"case":{"type":"string"},"unit":{"type":"string"},
  "code":{"type":"string"},"detail":{"type":"string"},"field":{"type":"string"}}},
"Record":{"type":"object","required":["collection","id","version","unit","stream","fields"],"properties":{
  "collection":{"type":"string"},"id":{"type":"string"},"version":{"type":"integer"},"unit":{"type":"string"},
  "stream":{"type":"string"},"created_by":{"type":"string"},"created_at":{"type":"integer"},
  "fields":{"type":"object","description":"see the schema that has the name of the collection"}}},
"SyncAnswer":{"type":"object","required":["epoch","clock","schema_version","acked","receipt","safe","verdicts","settled",
  "records","removed","streams","cursors","sums","more"],"properties":{"epoch":{"type":"string"},
  "clock":{"type":"integer"},"schema_version":{"type":"integer"},"acked":{"type":"integer"},"receipt":{"type":"string"},
  "safe":{"type":"integer"},"verdicts":{"type":"array","items":{"$ref":"#/components/schemas/Verdict"}},
  "settled":{"type":"array","items":{"type":"array"}},"records":{"type":"array",
  "items":{"$ref":"#/components/schemas/Record"}},"removed":{"type":"array","items":{"type":"object",
  "required":["id","version","stream"]}},"streams":{"type":"array","items":{"type":"string"}},
  "cursors":{"type":"object"},"sums":{"type":"object"},"more":{"type":"boolean"}}},
"BundleAnswer":{"type":"object","required":["acked","receipt","verdicts"],"properties":{"acked":{"type":"integer"},
  "receipt":{"type":"string"},"verdicts":{"type":"array","items":{"$ref":"#/components/schemas/Verdict"}}}},
"NewInvitation":{"type":"object","description":"either person or name","properties":{"person":{"type":"string"},
  "name":{"type":"string"},"role":{"type":"string"},"units":{"type":"array","items":{"type":"string"},"minItems":1,
  "maxItems":50},"organisation":{"type":"string"}}},
"MadeInvitation":{"type":"object","required":["id","code","person","path","expires","compared"],"properties":{
  "id":{"type":"string"},"code":{"type":"string"},"person":{"type":"string"},"path":{"type":"string"},
  "expires":{"type":"integer"},"compared":{"type":"boolean"}}},
"InvitationList":{"type":"object","required":["items","next"],"properties":{"items":{"type":"array","items":{
  "type":"object","required":["id","person","state","expires","compared"],"properties":{"id":{"type":"string"},
  "person":{"type":"string"},"state":{"enum":["open","waiting","used"]},"expires":{"type":"integer"},
  "compared":{"type":"boolean"}}}},"next":{"type":"null"}}},
"Digits":{"type":"object","required":["digits"],"properties":{"digits":{"type":"string"}}},
"Comparison":{"type":"object","required":["comparison","ask_again_ms"],"properties":{"comparison":{"type":"string"},
  "ask_again_ms":{"type":"integer"}}},
"DeviceList":{"type":"object","required":["items","next"],"properties":{"items":{"type":"array","items":{"type":"object",
  "required":["device","person","name","platform","created","last_seen","until","revoked","stolen","own"],"properties":{
  "device":{"type":"string"},"person":{"type":"string"},"name":{"type":"string"},"platform":{"type":"string"},
  "created":{"type":"integer"},"last_seen":{"type":"integer"},"until":{"type":["integer","null"],
  "description":"of a browser's token, ms since 1970 UTC"},"revoked":{"type":"boolean"},"stolen":{"type":"boolean"},
  "own":{"type":"boolean","description":"the one that asks"}}}},"next":{"type":"null"}}},
"NewRoles":{"type":"object","required":["person","role","units"],"properties":{"person":{"type":"string"},
  "role":{"type":"string"},"units":{"type":"array","minItems":1,"maxItems":50,"items":{"type":"string"}},
  "organisation":{"type":"string"}}},
"Trail":{"type":"object","required":["record","collection","entries"],"properties":{"record":{"type":"string"},
  "collection":{"type":["string","null"]},"entries":{"type":"array","items":{"type":"object","required":["arrived","made",
  "person","device","seq","version","verdict","fields"],"properties":{"arrived":{"type":"integer"},
  "made":{"type":"integer"},"person":{"type":"string"},"device":{"type":"string"},"seq":{"type":"integer"},
  "version":{"type":"integer"},"verdict":{"type":"object"},"fields":{"type":"object"}}}}}},
"Catalogue":{"type":"object","required":["schema_version","namespace","collections"],"properties":{
  "schema_version":{"type":"integer"},"namespace":{"type":"string"},"collections":{"type":"object"}}},
"Description":{"type":"object","required":["openapi","info","paths","components"]},
"CheckedCertificate":{"type":"object","required":["verdict","as_of","number","holder","activity","commune","from","to",
  "minutes","role","issued_on"],"properties":{"verdict":{"enum":["valid","revoked","superseded"]},
  "as_of":{"type":"integer"},"number":{"type":"string"},"holder":{"type":"string"},"minutes":{"type":"integer"}}},
"OpenNeeds":{"type":"object"},
"Document":{"type":"object"},
"Bytes":{"type":"string","description":"bytes as they are"},
"List":{"type":"object","required":["items","next"],"properties":{"items":{"type":"array",
  "items":{"$ref":"#/components/schemas/Record"}},"next":{"type":["string","null"]}}},
"State":{"type":"object","required":["status"],"properties":{"status":{"enum":["ok","ready","read_only"]},"code":{"type":"string"},"advice":{"type":"string"},"backup_overdue":{"type":"boolean"}}}
})json";
}

}  // namespace suoi::mobile_api
