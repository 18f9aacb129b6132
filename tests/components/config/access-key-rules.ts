import type { StreamgateConfig } from "../../../components/config/streamgate-config.ts";
import type { KeyRule } from "./key-rule.ts";

/** From where the APIs may be called. */
export const accessKeyRules: {
  readonly [key in "allowedCidrs" | "allowedPrincipals" | "corsOrigins"]: KeyRule<StreamgateConfig[key]>;
} = {
  allowedCidrs: {
    default: [],
    accepted: {
      "[]": [],
      '["203.0.113.0/24","2001:db8::/32","0.0.0.0/0","::/0","198.51.100.7/32"]': [
        "203.0.113.0/24",
        "2001:db8::/32",
        "0.0.0.0/0",
        "::/0",
        "198.51.100.7/32",
      ],
    },
    refused: [
      "203.0.113.0/24",
      '["203.0.113.0"]',
      '["203.0.113.0/33"]',
      '["203.0.113/24"]',
      '["2001:db8::/129"]',
      '["203.0.113.0/24/1"]',
      '["203.0.113.0/-1"]',
      '["example.com/8"]',
      '["fe80::1%eth0/64"]',
      JSON.stringify(Array.from({ length: 500 }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`)),
    ],
    allowed:
      'an array of IPv4 or IPv6 blocks such as "203.0.113.0/24" or "2001:db8::/32", each once, as many as a resource policy ' +
      "can hold, about 250 for IPv4",
  },
  allowedPrincipals: {
    default: [],
    accepted: {
      "[]": [],
      '["111122223333","arn:aws-us-gov:iam::111122223333:role/team/a_b+c=d,e.f@g-h","arn:aws:iam::111122223333:user/a"]':
        [
          "111122223333",
          "arn:aws-us-gov:iam::111122223333:role/team/a_b+c=d,e.f@g-h",
          "arn:aws:iam::111122223333:user/a",
        ],
    },
    refused: [
      "111122223333",
      '["*"]',
      "[111122223333]",
      '["11112222333"]',
      '["111122223333","111122223333"]',
      '["arn:aws:iam::111122223333:root"]',
      '["arn:aws:iam::111122223333:role/*"]',
      '["arn:aws:iam::111122223333:role/"]',
      '["arn:aws:iam::111122223333:group/a"]',
      '["arn:aws:sts::111122223333:assumed-role/a/b"]',
      `["arn:aws:iam::111122223333:role/${"a".repeat(65)}"]`,
      `["arn:aws:iam::111122223333:role/${`${"p".repeat(99)}/`.repeat(7)}a"]`,
    ],
    allowed:
      'an array of account ids such as "111122223333" and ARNs of IAM roles and users such as ' +
      '"arn:aws:iam::111122223333:role/reader", each once',
  },
  corsOrigins: {
    default: [],
    accepted: {
      '["https://app.example.com","http://localhost:5173"]': [
        "https://app.example.com",
        "http://localhost:5173",
      ],
    },
    refused: [
      "*",
      '["*"]',
      '["https://app.example.com/"]',
      '["https://APP.example.com"]',
      '["app.example.com"]',
      '["https://app.example.com:443"]',
      '["file:///x"]',
      '["null"]',
    ],
    allowed:
      'an array of origins such as "https://app.example.com", in lower case and without a path, each once, 8192 bytes in all',
  },
};
