// What scanners report and why it stays. An entry that matches nothing any more fails the scan, too, unless it comes and goes.
export const explained = [
  { tool: 'testssl', finding: /^WARN engine_problem: /, why: 'about the openssl that testssl.sh itself runs' },
  { tool: 'testssl', finding: /^WARN sessionresumption_ticket: /, comesAndGoes: true, why: 'tickets are switched off, so there is nothing to try' },
  { tool: 'testssl', finding: /^HIGH cert_revocation: /, why: 'the certificate is the scan\'s own; an operator\'s comes from an authority that says where it revokes' },
  { tool: 'testssl', finding: /^LOW HSTS: /, why: 'binds every other service of the host and cannot be taken back for a year: for the server block of the operator, not for a snippet in it' },
  { tool: 'wapiti', finding: /Strict-Transport-Security is not set$/, why: 'the same' },
  { tool: 'wapiti', finding: /X-XSS-Protection is not set$/, why: 'browsers have given it up, since the filter itself opened holes; the Content-Security-Policy does its work' },
];
