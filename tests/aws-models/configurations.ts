/** Configuration entries without the project. Shape: `stack` and `project` are those themselves. */
export type Settings = Readonly<Record<string, string>>;

const list = (count: number, item: (index: number) => string) =>
  JSON.stringify(Array.from({ length: count }, (_, index) => item(index)));

const subnets = '["subnet-0123456789abcdef0","subnet-0123456789abcdef1"]';
const vpc = { vpcId: "vpc-0123456789abcdef0", subnetIds: subnets };
const region = "eu-central-1";
const certificateArn = `arn:aws:acm:${region}:123456789012:certificate/12345678-1234-1234-1234-123456789012`;

/**
 * What is chosen of each subject, by a word: keys that need each other are one subject. The extremes are those that
 * the configuration takes, and some beyond; what it refuses is no choice.
 */
export const subjects: Readonly<Record<string, Readonly<Record<string, Settings>>>> = {
  parts: {
    everything: { chat: "true", lambdaChat: "true" },
    downloads: {},
    chat: { chat: "true", downloads: "false" },
  },
  names: {
    usual: {},
    short: { stack: "a" },
    longest: { stack: "s".repeat(100), project: "p".repeat(100) },
    underscores: { stack: "A_1-b", project: "My_project.v2" },
  },
  bucket: {
    own: {},
    existing: { bucket: "abc" },
    longest: {
      bucket: "b".repeat(63),
      bucketKmsKeyArn: `arn:aws:kms:${region}:123456789012:key/mrk-${"a".repeat(32)}`,
    },
    dots: { bucket: "a.b-c.d" },
  },
  onDestroy: { keepData: {}, deleteEverything: { onDestroy: "deleteEverything" } },
  keyPrefix: {
    none: {},
    punctuation: { keyPrefix: "a b/!-_.'()&@:,=+;~#%^|<>[]/" },
    quoted: { keyPrefix: 'say "so"\\/' },
    japanese: { keyPrefix: "日本/é/" },
    longest: { keyPrefix: `${"p".repeat(255)}/`.repeat(3) },
  },
  runtimes: {
    nodejs: {},
    all: { runtimes: '["nodejs","python-fastapi","python-stdlib"]' },
    fastapi: { runtimes: '["python-fastapi"]' },
    stdlib: { runtimes: '["python-stdlib"]' },
  },
  access: {
    key: {},
    keys: { apiKeyGenerations: "[1,2,999999]", quotaPerDay: "1000000000" },
    iam: { auth: "iam" },
    accounts: {
      auth: "iam",
      allowedPrincipals: list(40, (index) =>
        index === 0 ? "111122223333" : `arn:aws:iam::111122223333:role/team/reader-${index}`,
      ),
    },
    none: { auth: "none" },
  },
  allowedCidrs: {
    any: {},
    one: { allowedCidrs: '["203.0.113.0/24"]' },
    most: { allowedCidrs: list(100, (index) => `2001:db8:${index.toString(16)}:1:2:3:4:5/128`) },
  },
  corsOrigins: {
    none: {},
    one: { corsOrigins: '["https://app.example.com"]' },
    several: { corsOrigins: list(8, (index) => `https://app-${index}.example.com:8443`) },
    most: { corsOrigins: list(40, (index) => `https://application-${index}.subdomain.example.com`) },
  },
  tags: {
    none: {},
    most: { tags: list(40, (index) => `${"k".repeat(120)}${index}=${"v".repeat(256)}`) },
    characters: { tags: '["Kosten stelle/ü_.:+-@=a=b+c @/:","leer="]' },
  },
  throttle: {
    usual: {},
    least: { throttleRatePerSecond: "1", throttleBurst: "1" },
    most: { throttleRatePerSecond: "10000", throttleBurst: "5000" },
  },
  stage: { stack: { stage: "v1" }, longest: { stage: "s".repeat(128) }, underscore: { stage: "_" } },
  download: {
    usual: {},
    least: { downloadTimeoutSeconds: "1", downloadMemoryMiB: "128", downloadMaxConcurrency: "0" },
    most: { downloadTimeoutSeconds: "900", downloadMemoryMiB: "10240", downloadMaxConcurrency: "300" },
  },
  architecture: { arm64: {}, x86_64: { architecture: "x86_64" } },
  model: {
    profile: {},
    model: { model: "amazon.nova-lite-v1:0" },
    regional: { model: "eu.anthropic.claude-sonnet-4-5-20250929-v1:0" },
  },
  systemPrompt: {
    none: {},
    short: { systemPrompt: 'Be brief.\nSay "no" when in doubt. 日本' },
    long: { systemPrompt: "p".repeat(2500) },
    longest: { systemPrompt: "日".repeat(1000) },
  },
  maxTokens: { least: { maxTokens: "1" }, most: { maxTokens: "64000" } },
  guardrail: {
    none: {},
    id: { guardrailId: "gr12ab34cd56", guardrailVersion: "DRAFT" },
    arn: {
      guardrailId: `arn:aws:bedrock:${region}:123456789012:guardrail/${"g".repeat(64)}`,
      guardrailVersion: "99999999",
    },
  },
  task: {
    usual: {},
    least: {
      chatCpu: "256",
      chatMemoryMiB: "512",
      chatMinTasks: "1",
      chatMaxTasks: "1",
      chatStreamsPerTask: "1",
    },
    most: {
      chatCpu: "4096",
      chatMemoryMiB: "30720",
      chatMinTasks: "100",
      chatMaxTasks: "1000",
      chatStreamsPerTask: "2000",
    },
  },
  image: {
    built: {},
    existing: { chatImage: `123456789012.dkr.ecr.${region}.amazonaws.com/team/chat:v1` },
  },
  certificate: { none: {}, listener: { certificateArn, certificateDomain: "chat.example.com" } },
  network: {
    own: {},
    cidr: { vpcCidr: "100.64.0.0/16" },
    zones: { availabilityZones: `["${region}a","${region}b","${region}c"]` },
    vpc: { ...vpc, routeTableIds: '["rtb-0123456789abcdef0"]' },
    vpcWithEndpoints: { ...vpc, createEndpoints: "false" },
  },
  logs: {
    usual: {},
    least: { logRetentionDays: "1", logKeys: "true" },
    most: { logRetentionDays: "3653" },
  },
  tls: {
    strict: {},
    basic: { endpointAccessMode: "BASIC" },
    tls13: { securityPolicy: "SecurityPolicy_TLS13_1_3_2025_09" },
  },
};
