/* Made by sns_fixtures.lua: certificates like Amazon's, good for a century from the day that they
 * were made, and messages that were signed with the key of LEAF. */
#ifndef SNS_FIXTURES_H
#define SNS_FIXTURES_H

#define MADE 1795563806

#define ROOT                                                                                       \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIDCTCCAfGgAwIBAgIENhSEjTANBgkqhkiG9w0BAQsFADAXMRUwEwYDVQQDDAxT\n"                           \
    "cGVjIFJvb3QgQ0EwIBcNMjYxMTI0MjM0MzE2WhgPMjEyNjEwMzEyMzQzMTZaMBcx\n"                           \
    "FTATBgNVBAMMDFNwZWMgUm9vdCBDQTCCASIwDQYJKoZIhvcNAQEBBQADggEPADCC\n"                           \
    "AQoCggEBANbFS6NrGUGqr20tv7UzKcs2STuVsx1WkGaebkUP8ZLGWDKEQq4t6exF\n"                           \
    "gAhHN8UZnS9i2rMVL3FvwgQ80PyYcjd8FAadt/GpXWzMRIwBoOoWMgCtyvwvWgKE\n"                           \
    "JWa6JCUUVWYV4AIbK+05bAjU5Mi/c1vn4Gn0nkYS7HgLmaWTxCVS28P/MsNTe2YV\n"                           \
    "RNCkFLP8LuvPAKvBoGWduDJM/BKrrebhECBMxmK/XuQvADX1vizmZlpSvPbkI4xk\n"                           \
    "e9dF4Q61+ZCBFi88tXKMFZgZEWgoIUFErLnZ63adJSSzQ5IQ7lNyiOu8mHTLra8a\n"                           \
    "PXlDW8InzUxSP1RNE3HU01RzryWVVq8CAwEAAaNbMFkwDwYDVR0TAQH/BAUwAwEB\n"                           \
    "/zAOBgNVHQ8BAf8EBAMCAQYwFwYDVR0RBBAwDoIMU3BlYyBSb290IENBMB0GA1Ud\n"                           \
    "DgQWBBTJb3NP6WC/17vG4ntyN4J4sL5YkjANBgkqhkiG9w0BAQsFAAOCAQEACht/\n"                           \
    "ERNVb7+vFP80NwoBMERiQp1eC7418o6gM1aXpD1cJKUSwvWNh2yNzXTA1YAX12eR\n"                           \
    "iSD1DCetUI5l/kZql0pK2DaqWdpfGdtbYR8n+H225vbvM5YszvMkYkbhHg87rYMe\n"                           \
    "AOjaMChxrOzhrzQrsLcD+5rG/cDGaiNsYwmNEKip4ym+DqMv4dms6qzlk8WogZ2+\n"                           \
    "blgHJTt6ONGkasOUw27mDb1P6FtgVI3zkOx7drhUQXwuiHJAeNRlnN80ZcG+LQF4\n"                           \
    "B+w7tPxJvCqdqX/AexrvxDJG/Dc1D+ggHvnrtucce+rmCyhzYhVba/tECM7XoUqm\n"                           \
    "VAsOeVnwUIkgRQASHw==\n"                                                                       \
    "-----END CERTIFICATE-----\n"

#define INTERMEDIATE                                                                               \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIDNTCCAh2gAwIBAgIEOEwHtjANBgkqhkiG9w0BAQsFADAXMRUwEwYDVQQDDAxT\n"                           \
    "cGVjIFJvb3QgQ0EwIBcNMjYxMTI0MjM0MzE3WhgPMjEyNjEwMzEyMzQzMTdaMBwx\n"                           \
    "GjAYBgNVBAMMEVNwZWMgUlNBIDIwNDggTTAxMIIBIjANBgkqhkiG9w0BAQEFAAOC\n"                           \
    "AQ8AMIIBCgKCAQEA4l7W+13DQRes+f6yFWvlbDhyupL4GcTLR/seCQ+Th7JunuOZ\n"                           \
    "4faPoODqetjt5lIRtjvOVNLTFc6SvtLDhGeos+26jZQ27s9Ns6f0b3vmYXi92p7Z\n"                           \
    "gKIM/3kXdTqRV3MiWvKJseNSzjkBR5iE8vl7W42hSX2+88aEDhVjZj4AMgL3/6cY\n"                           \
    "9iXcRhv+oykWjCTReMcn9KL5dhWs/ZFoQS+H821itG4RPK5aJMDGoDsvYKr4jOxV\n"                           \
    "DsGTU1u8094FKvg9vZmXQjL5rLhrTSvYm6ekm8h4kALk7eIbi5eKjJhAF7MZAoEU\n"                           \
    "dNHvO1u/fWVKzx16x/GsLRiyTIoPWXGnvk27kwIDAQABo4GBMH8wDwYDVR0TAQH/\n"                           \
    "BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAQYwHAYDVR0RBBUwE4IRU3BlYyBSU0EgMjA0\n"                           \
    "OCBNMDEwHQYDVR0OBBYEFISuMiEkHlJdDzGvvuH6WH1tAemXMB8GA1UdIwQYMBaA\n"                           \
    "FMlvc0/pYL/Xu8bie3I3gniwvliSMA0GCSqGSIb3DQEBCwUAA4IBAQB6EGv9l4UV\n"                           \
    "HuWd0zW2l5u7o778tz479wTo5y+wFqJ43FIXHUZcGdnLvhAqvDGj5072iXguYeXu\n"                           \
    "tDW4AauqJiBfGrA47+n8h9H7wsU4IHS/TuQh8dbIqaTp7ZN0N5sACNo54KuGUM8Z\n"                           \
    "AtYav2r4HVTJyiI8LqMvqJ2HuRcHz8gQOyvq/DnLmSYicZ59/OHyaCNzwBdizAwy\n"                           \
    "D2kNCmkL153XGo2lVctreFNueA7vurrE2XbhG40rIjO4+vN2VQNDffEljHFw0su1\n"                           \
    "YDXPxduxAvny+1l8IJ9SmAMakpu6SSyMQbIgu9OQ/rb3zoELkOukBeIwET1jHepK\n"                           \
    "ltT6WKt7n7+j\n"                                                                               \
    "-----END CERTIFICATE-----\n"

#define LEAF                                                                                       \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIDNjCCAh6gAwIBAgIEB+DTsTANBgkqhkiG9w0BAQsFADAcMRowGAYDVQQDDBFT\n"                           \
    "cGVjIFJTQSAyMDQ4IE0wMTAgFw0yNjExMjQyMzQzMjVaGA8yMTI2MTAzMTIzNDMy\n"                           \
    "NVowHDEaMBgGA1UEAwwRc25zLmFtYXpvbmF3cy5jb20wggEiMA0GCSqGSIb3DQEB\n"                           \
    "AQUAA4IBDwAwggEKAoIBAQCiASy6ZDakcUK1QZ/E6kDYQc+aw2UAeFqbHpB9Par+\n"                           \
    "p9xN5xw3XE50IcfPxrOlJrlGLVnB+PYNPpo84iPiumZzWx0NLS4eeVFr/G1vOH0x\n"                           \
    "0J2EUzEuif1i4zrQWeiacWmZC+nyPjAicXLHpG5/ibKmHY7WaeJpiK+H//bROy37\n"                           \
    "N2gEuktazS+iPGol/LPYx5t2F7KSJVwjfrHOuBFv6wOiIcnnPwf/Idn231+5aVyb\n"                           \
    "iLeQeK3br1ZKCKAD9IUK9ikozgUk9DkTk6wZ4i9RCu4klTprxQBmQduCEOq17Wdi\n"                           \
    "HG5YYljnsw+t8UqKQzm65H3a29a31xxdKflJBwRdGVQtAgMBAAGjfjB8MAwGA1Ud\n"                           \
    "EwEB/wQCMAAwDgYDVR0PAQH/BAQDAgWgMBwGA1UdEQQVMBOCEXNucy5hbWF6b25h\n"                           \
    "d3MuY29tMB0GA1UdDgQWBBRl2Jcpytn1yTzVne7melKrWl60wzAfBgNVHSMEGDAW\n"                           \
    "gBSErjIhJB5SXQ8xr77h+lh9bQHplzANBgkqhkiG9w0BAQsFAAOCAQEAYJTnga50\n"                           \
    "87cezxn+jlHYpITSF0iBglcp04HiBANeX/e+pwUGL0f144OTfqM6pLcioJRYmL0X\n"                           \
    "l8jwynAN+OQW1hrnvRuiIv02ZThw97rS4ZCO6ukEvuj4SLvqth/NGooA2RwygEnn\n"                           \
    "hFgJyKzH7iUYM7W+QQvWJrwCfQcm3V0qYGYmdLl+Ta0Qewy/nGg+mpbT/LQRrrQl\n"                           \
    "/qkBhtdWGWpZwpFnrbWIpFd7AKjheJVAuHSnK7O/2Ev9wCBJ9xsSNUuUTTiz9wag\n"                           \
    "voUb7fZnFs5/vxryT0Z+b0Cj3hVqH66rs3heyTJDDNJ+JElI4YBC5+i1PXasuTTB\n"                           \
    "k69PG+axII6dIA==\n"                                                                           \
    "-----END CERTIFICATE-----\n"

#define LEAF_REGIONAL                                                                              \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIDXjCCAkagAwIBAgIEEF/QPzANBgkqhkiG9w0BAQsFADAcMRowGAYDVQQDDBFT\n"                           \
    "cGVjIFJTQSAyMDQ4IE0wMTAgFw0yNjExMjQyMzQzMjhaGA8yMTI2MTAzMTIzNDMy\n"                           \
    "OFowLzEtMCsGA1UEAwwkc25zLXNpZ25pbmcuYWYtc291dGgtMS5hbWF6b25hd3Mu\n"                           \
    "Y29tMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAw8WZ9aNs40bcfca5\n"                           \
    "bef1Ib/8kHTFXgA7mh71TS6kRNzkYWbvxNX7MweSrJvf0h4bxELhT6WZ0IH/clPR\n"                           \
    "OppdABuDOQqYblUNxLN5UnluamoErRCtp79CJaA32aqcX781uRPiBHSXEzyJfbts\n"                           \
    "mzZYi0QWKo4HPzKd+LarIQUA6v7YQL7IAIqiNmcJov46ljQd+h1Nkzqxv+3uValg\n"                           \
    "j8MvnGBA54+6AxMQ3K6tpMRTqesfr8RSgQqtyt3C5Fvr486VACd3Mkl7V5wuYgbb\n"                           \
    "lv3mtmCJkBSW95RfmnfRpRfkerHatAoAzoBAujXEmkN3nO+sV4sh1W4YuGLlu3pa\n"                           \
    "CrvFyQIDAQABo4GSMIGPMAwGA1UdEwEB/wQCMAAwDgYDVR0PAQH/BAQDAgWgMC8G\n"                           \
    "A1UdEQQoMCaCJHNucy1zaWduaW5nLmFmLXNvdXRoLTEuYW1hem9uYXdzLmNvbTAd\n"                           \
    "BgNVHQ4EFgQUQb5+ktabp2gAc2ToO4rmXW4hqm4wHwYDVR0jBBgwFoAUhK4yISQe\n"                           \
    "Ul0PMa++4fpYfW0B6ZcwDQYJKoZIhvcNAQELBQADggEBACyCsxK10zPbZynSIb5v\n"                           \
    "h8bNmI2pH0tWfUv+dCk8ZhXJseOyNoogWNmEvXLY7GzbAf3HjTu29/tTCkXyYDuS\n"                           \
    "Atlnf+Mhn5iiNJKUDh9T6uy/zjNK8gJ+mmHj1xBFlwZr5923quarE8iL9dLlUZlc\n"                           \
    "AebZgfWSPts61broTJWQ+1+Cw1egw+VlFtEufSrZLnkc4URitNf+AQRVaGVZGiwJ\n"                           \
    "l5jUdR0wgYIbi0Zs3OlrhA5GVROIuzPsNy+CkSFVzA6Ng3raL3B9TPLOhyZ+5Fa8\n"                           \
    "e0O95Ii0fgdXxinbazUwhVqwKQ9lqIMfhrtL0SSzTIlV6LrHhBLypcsZuM+Z8M23\n"                           \
    "WSQ=\n"                                                                                       \
    "-----END CERTIFICATE-----\n"

#define LEAF_OF_CHINA                                                                              \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIDVDCCAjygAwIBAgIELUZ6bDANBgkqhkiG9w0BAQsFADAcMRowGAYDVQQDDBFT\n"                           \
    "cGVjIFJTQSAyMDQ4IE0wMTAgFw0yNjExMjQyMzQzMzFaGA8yMTI2MTAzMTIzNDMz\n"                           \
    "MVowKjEoMCYGA1UEAwwfc25zLWNuLW5vcnRoLTEuYW1hem9uYXdzLmNvbS5jbjCC\n"                           \
    "ASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAMgtJVZI+teaGpLIWTn5XudB\n"                           \
    "wPS0QhwZspaiqmRTf02XrvZ4aIR/tYy8hkOuhOTXJVLy/VmnUNTp94Wop02QAv+L\n"                           \
    "q5Tf1EQKvb3v/JMxi72J2sZjNmayQcRsXlBs3LI323mU8B8uUBfsGfhSybDGzPi0\n"                           \
    "t/X8fbULaPqeF1kCwt7Su/OivbXTmW12K9O5atruWUB4uLutaKXVi2Ji9kIWWmH4\n"                           \
    "XbKcVJmAsmFL4LGR8IoDIlresqnu/ilR0WrJCvbLlXyxgLqnVVVWaLtIoRqeL2IF\n"                           \
    "wya1IA/uC3rOKFGwjXSv3IfVXsO9Xoj7a3DMmxI5WncLgrrLnTx0nXSdbVNfOKMC\n"                           \
    "AwEAAaOBjTCBijAMBgNVHRMBAf8EAjAAMA4GA1UdDwEB/wQEAwIFoDAqBgNVHREE\n"                           \
    "IzAhgh9zbnMtY24tbm9ydGgtMS5hbWF6b25hd3MuY29tLmNuMB0GA1UdDgQWBBT8\n"                           \
    "82gVKAQpBJw1JQbYpNe/AlhwyjAfBgNVHSMEGDAWgBSErjIhJB5SXQ8xr77h+lh9\n"                           \
    "bQHplzANBgkqhkiG9w0BAQsFAAOCAQEA1VIxGYcukojnk0DXF2KT6DNcVifB4MwD\n"                           \
    "+Px2qpI5wiGII1IUYa8La4wG7IUN7gPPw4haf266e3Hs7mHO53+VJUSa/ccm94Im\n"                           \
    "j3k0llYemjyP5Xd6m/f6dMAXCyu/B8gOlKLZj7Y6KTmVv6622CqrJJrgOXnKwmHN\n"                           \
    "5nLKjGP+VJsZzrk+EvAhDwa9NwVIsQUqENxQgv0TsajyYF6W9B2C8gv++mbmv3Fo\n"                           \
    "7q4/iK8TtvOmy7ixiQtcw6J27WW9sAtrBLbQwHB0vmfoVSxy5JMY+TBuHVn7cVjl\n"                           \
    "SewU6zsYCCSdKqCnxvSCeMp2ylGRmrQs4m/qagb/Ycz9GVLO9uj7aA==\n"                                   \
    "-----END CERTIFICATE-----\n"

#define LEAF_OF_GOVCLOUD                                                                           \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIDVDCCAjygAwIBAgIEJnYq1zANBgkqhkiG9w0BAQsFADAcMRowGAYDVQQDDBFT\n"                           \
    "cGVjIFJTQSAyMDQ4IE0wMTAgFw0yNjExMjQyMzQzMzNaGA8yMTI2MTAzMTIzNDMz\n"                           \
    "M1owKjEoMCYGA1UEAwwfc25zLXVzLWdvdi13ZXN0LTEuYW1hem9uYXdzLmNvbTCC\n"                           \
    "ASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAL0hfyIB20Gp6n1TM/uVeF/k\n"                           \
    "tsxQLgGTujzx6THJL+MVTIADkx5KxO8ixhFF2ldAJ6Le1/6j9RGNrtGDx7FHEKmt\n"                           \
    "0X33WFqcBWyCZ7SEWxQglb3cyVB+LH6OOKtYkSvoel82OxSjhs/LfGkTwRIbUjQM\n"                           \
    "BYXBPgKKftxnj1wKjFb3Wg+hLTd5psYYz7uBM4BoufFTc/P3zq60ZAQ21Ir5gINi\n"                           \
    "2nDChCLi7zfMA4CkT0zh4ME+ax95iC1YlPOuaYTLfREK9iRW+ej5PfesxwEITuvk\n"                           \
    "yoZbKglCA1F6f5cxJLXCx9LvsGKp3PfFVbA83MrNH4YVnhiEfLF+jEm2RJNOm9sC\n"                           \
    "AwEAAaOBjTCBijAMBgNVHRMBAf8EAjAAMA4GA1UdDwEB/wQEAwIFoDAqBgNVHREE\n"                           \
    "IzAhgh9zbnMtdXMtZ292LXdlc3QtMS5hbWF6b25hd3MuY29tMB0GA1UdDgQWBBRG\n"                           \
    "mtm/w1DS7717BweRNTNnOE+D5DAfBgNVHSMEGDAWgBSErjIhJB5SXQ8xr77h+lh9\n"                           \
    "bQHplzANBgkqhkiG9w0BAQsFAAOCAQEAzuWp6ylMZLnZ7zIgnhE7Jjmmo7Y86UqB\n"                           \
    "kidskEbO8rJG6wedrfpNoyBdIkJjQzKKw2rbeK+0q4qf/0DnPbpFnnZTgSg1CSh1\n"                           \
    "7cU1Rz9oLHFm9iypLx2kKZTCs722UAG0YpJ6JDYSktiDXpO1i0zqRgIMp+I56oby\n"                           \
    "6s4/pG0gMk7U78WvoDs0otESrruna9AYufrF7xwvP8YCVfNH00EGqU7reIHg8MBZ\n"                           \
    "Kj31zATF+WYjk0A8WbIN5UBXUoa7RQ9Q7v18tYijtj7sdPg0lBJP2QZHqxPshDww\n"                           \
    "KjJYLxgdwN2YyiERTMLAaolXGgW0xymhZVvo9mQcffWLVdLLE/7TVw==\n"                                   \
    "-----END CERTIFICATE-----\n"

#define LEAF_OF_ANOTHER                                                                            \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIDUDCCAjigAwIBAgIEEenGDjANBgkqhkiG9w0BAQsFADAcMRowGAYDVQQDDBFT\n"                           \
    "cGVjIFJTQSAyMDQ4IE0wMTAgFw0yNjExMjQyMzQzMzVaGA8yMTI2MTAzMTIzNDMz\n"                           \
    "NVowKDEmMCQGA1UEAwwdc25zLmFtYXpvbmF3cy5jb20uZXhhbXBsZS5jb20wggEi\n"                           \
    "MA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQCiLxDjtWKgwxmmYAQxusTnktQs\n"                           \
    "/JuT6xsemCcSwVzlj3yNzCcHSZzggJBvPXoNiDn+81kRf7dwErokfCzrznWyqzd5\n"                           \
    "3C2SgxfKIa8Ct+5Am57mmVZ6wSxpU91n3FuuYXR4fnA4LUhdUCpDCTW2UKrDm6Cs\n"                           \
    "8AjsO+hW6Pqo63D+xeIXv/jM0wmSuyZya5hMUHzE1y1AOqAJI6EZhTlVbpGC+3NR\n"                           \
    "RRw6v5EEwsLQSaFq8dYCPK3vKNLhjfd4j+wsEZlTOloJN91vU33gtebz5Wbn8VrG\n"                           \
    "PvnC2nCy+borJGc/M8sI5lzsGUJdgJPFHOlJFAmU2h2xy9cVjPwBfokzOR4xAgMB\n"                           \
    "AAGjgYswgYgwDAYDVR0TAQH/BAIwADAOBgNVHQ8BAf8EBAMCBaAwKAYDVR0RBCEw\n"                           \
    "H4Idc25zLmFtYXpvbmF3cy5jb20uZXhhbXBsZS5jb20wHQYDVR0OBBYEFL8pjNQ7\n"                           \
    "gIRs+qi6ZPhiXO96P7bSMB8GA1UdIwQYMBaAFISuMiEkHlJdDzGvvuH6WH1tAemX\n"                           \
    "MA0GCSqGSIb3DQEBCwUAA4IBAQB5u29GPn81kUONRSU84cXaG8zJkSr5C46k/FyZ\n"                           \
    "xFPycd9wGdlVVnMtmCDG3EGX/YhqNItVUOQ2z4/s3iq+ku2N7Vp/dAt0BYsDhFEf\n"                           \
    "29+gv21vZoXXP263a8v2z+itk91eEWdNSuQmQPdwO6B4UuVh9eLQOAQAgCE0CA4U\n"                           \
    "LuWvzdKPGWslnc5bCDFLAbhpbirr0mvdcLw41a1MsQpEKUjT+9VrMEMpSlQMT70p\n"                           \
    "lcy9lhBK79VUAfEAptRG6uExqEJsfAm3j3ftKNXFsUeNhMpY+++K9ox4thwHVE/w\n"                           \
    "q4qCVUbTAauTl6BvGf1dtKIyqRXHu6qwbukGU0FghMXTmbKT\n"                                           \
    "-----END CERTIFICATE-----\n"

#define LEAF_SMALL                                                                                 \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIICsjCCAZqgAwIBAgIEEvSdYzANBgkqhkiG9w0BAQsFADAcMRowGAYDVQQDDBFT\n"                           \
    "cGVjIFJTQSAyMDQ4IE0wMTAgFw0yNjExMjQyMzQzMjZaGA8yMTI2MTAzMTIzNDMy\n"                           \
    "NlowHDEaMBgGA1UEAwwRc25zLmFtYXpvbmF3cy5jb20wgZ8wDQYJKoZIhvcNAQEB\n"                           \
    "BQADgY0AMIGJAoGBAMpS40CI+aM5GzDNy7AxqUBCy+5eCYa6otZ5T66g1XBLCHdz\n"                           \
    "/leRR0rHjZq0PVW4g5d8WQuvff1xOlKu65iXThNVpyTfbxhh4vDtkqR5rscLZHq5\n"                           \
    "yyHmftNrB3pcuLAkuClt+ZQKDeigA/0EeRv9Og4kr2bXsw0W/t7Pe/lHDmNhAgMB\n"                           \
    "AAGjfjB8MAwGA1UdEwEB/wQCMAAwDgYDVR0PAQH/BAQDAgWgMBwGA1UdEQQVMBOC\n"                           \
    "EXNucy5hbWF6b25hd3MuY29tMB0GA1UdDgQWBBQagTFOI6sJVpMlNadS8s/oe8Rn\n"                           \
    "2DAfBgNVHSMEGDAWgBSErjIhJB5SXQ8xr77h+lh9bQHplzANBgkqhkiG9w0BAQsF\n"                           \
    "AAOCAQEArycQ6tu/IqI4wUO9Q/ueuqhnc3XDzZnqde15CQcwxasdCYRPeU4cSw0+\n"                           \
    "y2xY9GpxrV7KT2v/O+QIPizGtNq0wdpsA/yyk2ielteCZWdsgef9aMqD8Ya0rEtk\n"                           \
    "qudrRroSnTWpWMhU8KA5y7sljfuJiZAWA8G3E+La25Cw4zZkdy71MCpoaC7tyyRC\n"                           \
    "838HAlDqlFKBGtAdd69A2yxbVPNMvDZwrXj2qFW92iFXqqdKj08hRBotdgV3sRxH\n"                           \
    "H7MLt17OS484y7UUbfetaXWcYtcy4eSK7FU2b9f2mzS6VXUavY6vWnoj1A2cYIPH\n"                           \
    "xDFxWUDv6Aa6V8v4jUwlb8BTwWtagg==\n"                                                           \
    "-----END CERTIFICATE-----\n"

#define LEAF_EC                                                                                    \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIICazCCAVOgAwIBAgIEMaYqaTANBgkqhkiG9w0BAQsFADAcMRowGAYDVQQDDBFT\n"                           \
    "cGVjIFJTQSAyMDQ4IE0wMTAgFw0yNjExMjQyMzQzMzZaGA8yMTI2MTAzMTIzNDMz\n"                           \
    "NlowHDEaMBgGA1UEAwwRc25zLmFtYXpvbmF3cy5jb20wWTATBgcqhkjOPQIBBggq\n"                           \
    "hkjOPQMBBwNCAAQTDvaU9E44ytOs9t0eNMhzsIvN0jscxXVuQ6FuxvgdrMsTKTt3\n"                           \
    "MpgNveujvSir6QCKOtiJVLW0K6emB5epHcnbo34wfDAMBgNVHRMBAf8EAjAAMA4G\n"                           \
    "A1UdDwEB/wQEAwIFoDAcBgNVHREEFTATghFzbnMuYW1hem9uYXdzLmNvbTAdBgNV\n"                           \
    "HQ4EFgQUYvaXM4Q7/Oa6Yg9tqhnskKiU9A8wHwYDVR0jBBgwFoAUhK4yISQeUl0P\n"                           \
    "Ma++4fpYfW0B6ZcwDQYJKoZIhvcNAQELBQADggEBALV5JQhG1/Flx6aNf+RwkoWU\n"                           \
    "w1x72IKoCv8tVlisuR3rAUDW1svz9vD+hUFz2go55muFRExIKHI/ikaungPQr617\n"                           \
    "GXo7Z4fQ+mBDZTlefgE3YMZ3xFNztqkgATETVm/b53oa457eX1zgpEv+osFxU9Yk\n"                           \
    "r3UH67czjrCNdt+HZaj4ayITC1Bw8CZP+FDUM+25V2O4t2RlmayivHwzOyBRdMoI\n"                           \
    "vRk+o/RyqMLKY/M0g0zbKenjkz/jmFK2eTUm9F++FZfqQSbJYvodYaJ2zP9SXRjq\n"                           \
    "yEleJPfCzYpZRSjRHb5iqoRtmrrLwJGXCyFLVpC9K4guuHWZa6jtQk6Oyt0oykE=\n"                           \
    "-----END CERTIFICATE-----\n"

#define LEAF_OF_LEAF                                                                               \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIDNjCCAh6gAwIBAgIENu7jLjANBgkqhkiG9w0BAQsFADAcMRowGAYDVQQDDBFz\n"                           \
    "bnMuYW1hem9uYXdzLmNvbTAgFw0yNjExMjQyMzQzMzdaGA8yMTI2MTAzMTIzNDMz\n"                           \
    "N1owHDEaMBgGA1UEAwwRc25zLmFtYXpvbmF3cy5jb20wggEiMA0GCSqGSIb3DQEB\n"                           \
    "AQUAA4IBDwAwggEKAoIBAQDAXCvRzTA96PIsWpXDddpLNwhVfIJy5ubbY0yppDyB\n"                           \
    "SnUB/r/RDlH5KU8WsSLImy3PF/Ekh25ooMtCVo2MMJ5nApz9AsdpyE35Yu+DNKv1\n"                           \
    "ocM1yS8PcHjhtEMqhF1tCpLH7nL+27lejqI19XU/ymy7F67LrKEnRAJFrtjMs6/s\n"                           \
    "3Fq19udDKbfBFgtdB0Gm3rTarhyRyqiZjuYf1xC/I/tm7QeNhLmYu0jJxro1EYim\n"                           \
    "j8SFANSiC1t+pTIUcePNE+m/Fn6VkpPk89Gm4d6J/n//kY0AygWFYAUT2nt42CVR\n"                           \
    "e9KV2O1d4ZLX4/YGPMEdtrl1N+Ic5TucMi1Ihocmt7CTAgMBAAGjfjB8MAwGA1Ud\n"                           \
    "EwEB/wQCMAAwDgYDVR0PAQH/BAQDAgWgMBwGA1UdEQQVMBOCEXNucy5hbWF6b25h\n"                           \
    "d3MuY29tMB0GA1UdDgQWBBSCnCudofOcan90Kek22pP4kb4UjDAfBgNVHSMEGDAW\n"                           \
    "gBRl2Jcpytn1yTzVne7melKrWl60wzANBgkqhkiG9w0BAQsFAAOCAQEAmHsTLrdl\n"                           \
    "RDQpmHjEsPy2/UhPWwu7lnIiQhMezshyX9XhF1qcgeHFIPYndMZ5Qh4zl66HKADn\n"                           \
    "Gc9qFPFaqPv4Z16DnxdUorTSZGvhgXyS0xOA2nrl8hw6eAuhzYisNi+xC8ZSGxTA\n"                           \
    "pALsHP93laTljfjUU0pRL5rA71566HmCJMrhUKS0rLQXJwatQkkf/Y9e5fiA2Wch\n"                           \
    "PmBQEe0MGBuzY8tpwoTSmdH82o7ZBDWmwLslKbVAEVCHBno1cE+yEVoGd8Ck6ELM\n"                           \
    "i7XxRV9b0WrMyiGKonz22p6RLR7neEhv2D6DUHR4c7oIU3DEiFPolo2+EUZV9qkO\n"                           \
    "HVhxcH7yiON4ew==\n"                                                                           \
    "-----END CERTIFICATE-----\n"

#define LEAF_AUTHORITY                                                                             \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIDOjCCAiKgAwIBAgIEKN4XeTANBgkqhkiG9w0BAQsFADAcMRowGAYDVQQDDBFT\n"                           \
    "cGVjIFJTQSAyMDQ4IE0wMTAgFw0yNjExMjQyMzQzMzlaGA8yMTI2MTAzMTIzNDMz\n"                           \
    "OVowHDEaMBgGA1UEAwwRc25zLmFtYXpvbmF3cy5jb20wggEiMA0GCSqGSIb3DQEB\n"                           \
    "AQUAA4IBDwAwggEKAoIBAQCbTvMS1gaxI9ICP4n8w+QQqEe8KB7lxut3/QON+Bcl\n"                           \
    "ynmjxftPCjw+YiBoirQmlRKfbE/4cClg/NlDS4osdAucjHK3/FgBNQ/lK3dMqLhY\n"                           \
    "GaKlXRyRJWxeZw4PNk8lOfcsWhgqw+dv5OfsCjnQXs95oZSnto764Iv4ps2O2P2c\n"                           \
    "tHEXLDn2x5U6YOFefZCRTpDEC1QPMs6G2YnldroJSKeBwRnFc/VokLRM5qPi/UfR\n"                           \
    "zCPANq9J/NN1kgrYMPm508+kG0G9kLVoLS/9M58CCX9y4La4eddXM6H0bkw7GHvH\n"                           \
    "zWZzkVEEy6R11oefBX3eYDHYiU42W1QYg8Hz//r8jjoPAgMBAAGjgYEwfzAPBgNV\n"                           \
    "HRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwIBBjAcBgNVHREEFTATghFzbnMuYW1h\n"                           \
    "em9uYXdzLmNvbTAdBgNVHQ4EFgQUEufkFuQDqmFC3MEzzOy+O/mUEDQwHwYDVR0j\n"                           \
    "BBgwFoAUhK4yISQeUl0PMa++4fpYfW0B6ZcwDQYJKoZIhvcNAQELBQADggEBADHD\n"                           \
    "K+Apund05XPIqr4cITPjLjt2WNgSJCCAPFhVFvdyEpB7e1jtE7+kU9Pum47mSfwG\n"                           \
    "MKtVVmLFjfAtHkKB4amRUgLOktYV5eaGxSZfX4BKJCzha2lF/APAfuTfl1p9BBaT\n"                           \
    "S2N5iiza6a9GydvKa6M4JPWyeo7+zGOezoEoH85L9UJ1wKjEQfu8uHYVjLKUuDrP\n"                           \
    "kVdYMVTSYvl76wVtdbBaYRg1eWlbtyMmXgqEE3GIjPQN8P85zjcpcrSx5FQkn0M4\n"                           \
    "4Kh9ohM964yqUyCb7cny6fg7Rc2bMelOHy66ZIm+O64A8sNdW/0Y8Pq0uRXNXsJM\n"                           \
    "3n5Jt5T/BsL1X8OEwy8=\n"                                                                       \
    "-----END CERTIFICATE-----\n"

#define STRANGE_ROOT                                                                               \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIDCTCCAfGgAwIBAgIEJMjx4zANBgkqhkiG9w0BAQsFADAXMRUwEwYDVQQDDAxT\n"                           \
    "cGVjIFJvb3QgQ0EwIBcNMjYxMTI0MjM0MzIwWhgPMjEyNjEwMzEyMzQzMjBaMBcx\n"                           \
    "FTATBgNVBAMMDFNwZWMgUm9vdCBDQTCCASIwDQYJKoZIhvcNAQEBBQADggEPADCC\n"                           \
    "AQoCggEBALjxJaP3twc942vZrTWoZc1vuihkkR+6nXTUPifbpFeBIcljjm6buNBG\n"                           \
    "O0SeLkul4oVDjbd3242NU4ZVyv/AWJ2dUu+AA20jz8BGJHQcli7UGxY3Ztqjgk90\n"                           \
    "o8A0IWEUVCEVZFWffN/tzGaovYZ/XachYg3K2D5pr99SqYXyo/16MTsr+RiLKg/e\n"                           \
    "y/wx6VBhBuj88djG/w5IbcozYSUtZJatfi0NmqO6vC1xNCSRrn5D6vWlCCLnww6n\n"                           \
    "ekKsIeA0CGSz6iPQFdAqypzGI9ANVzAAYtosGcw/pAwfl/ZOVAPvTLQQ27BR3KTD\n"                           \
    "YY5ikKGsMHZIqSHQSxoZ81S2lQwW56sCAwEAAaNbMFkwDwYDVR0TAQH/BAUwAwEB\n"                           \
    "/zAOBgNVHQ8BAf8EBAMCAQYwFwYDVR0RBBAwDoIMU3BlYyBSb290IENBMB0GA1Ud\n"                           \
    "DgQWBBS8GgDIUwQtaPMbx/X9n8fa4yuBJDANBgkqhkiG9w0BAQsFAAOCAQEAs727\n"                           \
    "N4SeUZYU7j5ZBmt4nbCPmMfV0ziTrnhKWgaZZ1XJuygLZTtcEsPtJZBOl3/tCr9V\n"                           \
    "RvopahA2i4my2iBhZLyPN/iEW1SgNTofUqVBvwdbwIp5WkAJmRo6+axTCeuAF2nC\n"                           \
    "R99bpgwEQoCW4WJNsmibE/MLzlHpQvDE0oVKrx2cygkTwSD1CAuPtA1A7JaIFl2q\n"                           \
    "sdr9/TBXKRkJwwNhv3vz78TYKmI1QsOeIWc3NG3GshtN+NFpHOx4xM284hwRj74f\n"                           \
    "viYzyLl4OAQPCrV1REVQ2yRH0Di9p1nXfqM7llq3B9US+QIMcCjF/n0SIrD3y1Kz\n"                           \
    "NG7SkdY08Th/OZnUUg==\n"                                                                       \
    "-----END CERTIFICATE-----\n"

#define STRANGE_INTERMEDIATE                                                                       \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIDNTCCAh2gAwIBAgIENKdcYTANBgkqhkiG9w0BAQsFADAXMRUwEwYDVQQDDAxT\n"                           \
    "cGVjIFJvb3QgQ0EwIBcNMjYxMTI0MjM0MzI0WhgPMjEyNjEwMzEyMzQzMjRaMBwx\n"                           \
    "GjAYBgNVBAMMEVNwZWMgUlNBIDIwNDggTTAxMIIBIjANBgkqhkiG9w0BAQEFAAOC\n"                           \
    "AQ8AMIIBCgKCAQEAxzgkH9Gsq5ei55fDCJKeJrs44+kkh69v/h+vDV6dkR0OoL7o\n"                           \
    "I1ib23lrW0IGRotOgYZzIrfDEdfV7jWUjZ74AWa4Sb9ck5RJcEu5W0h1rdwFW53O\n"                           \
    "MDCild62XwZ9OXIlJ1+poNOMhFfppuyqOV55GMbfwkYZzzWJy9xaQBbZChTUlG2U\n"                           \
    "PfUXph2zdwJXPCcHxFcEl4xhzUvZU5WGOXfsKeqrMjZP72JGGA6yjzn02CqWyNXl\n"                           \
    "KKOtbyDZxW44k2fMzsLx7Y6MVhkBHGvL1b/wp46DlRyTi6RR9TZYRZ8Q7UB1ACSD\n"                           \
    "X7s45ua774W0tpf8vAWby/D6QTf29sJbpFHyawIDAQABo4GBMH8wDwYDVR0TAQH/\n"                           \
    "BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAQYwHAYDVR0RBBUwE4IRU3BlYyBSU0EgMjA0\n"                           \
    "OCBNMDEwHQYDVR0OBBYEFAOeVyZLXmta25qxWtRAwlz3S/3LMB8GA1UdIwQYMBaA\n"                           \
    "FLwaAMhTBC1o8xvH9f2fx9rjK4EkMA0GCSqGSIb3DQEBCwUAA4IBAQBuUpkKyYL3\n"                           \
    "Nai21GAL/fYlfUWgPnIG4ZqysFALp3jsegBVwGvwJGVLAoOzyz33q2uevZOdH25U\n"                           \
    "GbABS+M6eBFkK13oHxoO/soafL9FgJ+bUU3FOL4f44lmPHbfPnm22EexX1Wy4OSl\n"                           \
    "m+JRQTy/pvvvbKmw/JxaeIs1tf4zPpxmbkX7owINnFYYEwkRFxMB7Klc8+vkCXpy\n"                           \
    "9EWeolArn52lr1qSCY9BpaqN4kPwTn1BLeZsiH3UD738Ix7n8W+RGsIw8SMwLsNV\n"                           \
    "KZNDPaS86/l926ADYla4oC1+cb4SjibTe+peAv55M3wJVSXlr/TXr4DcOaHZiEuN\n"                           \
    "jRxeGnPNnH6W\n"                                                                               \
    "-----END CERTIFICATE-----\n"

#define NOTIFICATION_1                                                                             \
    "{\"SignatureVersion\":\"1\",\"MessageId\":\"22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324\","          \
    "\"TopicArn\":\"arn:aws:sns:us-west-2:123456789012:events\",\"Signature\":\"icPO8lm\\/"        \
    "OoGO3Wg8f0epdxTJEaWoZTlN+7LlzKo2Ixxvb5LIW4G9s8Cu5fRCb5Xn9zd4cCQeiYwG13J\\/L8\\/"              \
    "GfPOtS5E3CTvhMDgWExOs6oINf1xOdl+mZGYirgfLAB6vfSea7ewwKRd1hHtPw90utL1M8Rk8Cq8Xr+ogY5RCvAh10+"  \
    "2MqfyH1CZfZkA35w2ZBAInkOLEwW7SL3nYDxXB2+NWYOAXD\\/"                                           \
    "86jMtlQ1SwIps6SdHiM0TUouu6kKGHrabqCeuNeEa8EVDCefL4yTfhyXhzrOWfUPAJfhRT4ls9KUetYRMAiEARhy\\/"  \
    "i1wKGLO\\/hz+6DE\\/\\/HvPSoe8HRxl92HQ==\",\"SigningCertURL\":\"https:\\/\\/"                  \
    "sns.us-west-2.amazonaws.com\\/"                                                               \
    "SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem\",\"Timestamp\":\"2026-05-"    \
    "02T00:54:06.655Z\",\"Type\":\"Notification\",\"Subject\":\"Amazon SES Email Event "           \
    "Notification\",\"Message\":\"{\\\"eventType\\\":\\\"Send\\\",\\n\\\"subject\\\":\\\"Grüße " \
    "€\\\"}\\n\"}"

#define NOTIFICATION_2                                                                             \
    "{\"TopicArn\":\"arn:aws:sns:us-west-2:123456789012:events\",\"Signature\":\"D9fbqC4r+"        \
    "3Y9ZgxWdC2FTOeG9kzwA\\/Boyyu4KJOcULZecYvmFGfXna61iKXIo5Kkc2quM3Nw819FHgsNcRi\\/"              \
    "ArD6gEmwUPHe02+ImKVIeszlsvISPOhJBy0XcHELciSOKYkm1bXryXLLasx\\/"                               \
    "HZ29KzGyaOHHIOZq8x0mu7BNYGSdB+yW2snzrAYkhwOKvUheqDDKywciKWmdoz+"                              \
    "msAX7dtV5m9BU3NuWiZsnrk9Rg5F\\/"                                                              \
    "sdjIjUPSbK2txVeQdcInSK4p84WvWjlbvBEbkIj3khgs6nJ0ckkJQNlToj1wKAKZHDkTr+"                       \
    "gr2uLXY4xkwwdhQA2KUUar1BBJgDtfE732tQ==\",\"Message\":\"{\\\"eventType\\\":\\\"Send\\\","      \
    "\\n\\\"subject\\\":\\\"Grüße "                                                              \
    "€\\\"}\\n\",\"SignatureVersion\":\"2\",\"MessageId\":\"22b80b92-fdea-4c2c-8f9d-"            \
    "bdfb0c7bf324\",\"Type\":\"Notification\",\"SigningCertURL\":\"https:\\/\\/"                   \
    "sns.us-west-2.amazonaws.com\\/"                                                               \
    "SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem\",\"Timestamp\":\"2026-05-"    \
    "02T00:54:06.655Z\"}"

#define SUBSCRIPTIONCONFIRMATION                                                                   \
    "{\"SignatureVersion\":\"2\",\"MessageId\":\"22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324\","          \
    "\"TopicArn\":\"arn:aws:sns:us-west-2:123456789012:events\",\"Signature\":"                    \
    "\"NG4G6TPjTGe6AacHYYuHWGCmov+"                                                                \
    "vzZQpY3eVqdRlZNzQu1VhcagExDB65PtEAoj7jVOU4ME3WoHnBkei4TquddZCYHbo9NDmd1Mbej886LNtH6+"         \
    "5aLOsc18njLA5IVKXqqfVzEFF+uIVFpQc\\/Ws+bjgGNZBCqj6jaY9zmfJle468+\\/NcnPi1FWkR0aHmUD\\/"       \
    "1Zl4olNGZrgPBuXFZRmGSydLwx2\\/"                                                               \
    "3Eu4D9OBUa2uutlUVGxtwCDWD4SXDumapNXgMiQvDWwP+"                                                \
    "YlqImfUtENPxkNGpN9CMgHxEtFgLtZcEA7OR5hzMA5oGz\\/aoGATyBCIMdV\\/"                              \
    "cmqFL3WPh6kSpP8A3Mg==\",\"Message\":\"You have chosen to subscribe …\\nTo confirm, visit "  \
    "the "                                                                                         \
    "SubscribeURL.\",\"SigningCertURL\":\"https:\\/\\/sns.us-west-2.amazonaws.com\\/"              \
    "SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem\",\"Timestamp\":\"2026-05-"    \
    "02T00:54:06.655Z\",\"Type\":\"SubscriptionConfirmation\",\"Token\":\"2336412f37\","           \
    "\"SubscribeURL\":\"https:\\/\\/sns.us-west-2.amazonaws.com\\/"                                \
    "?Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-west-2:123456789012:events&Token="        \
    "2336412f37\"}"

#define UNSUBSCRIBECONFIRMATION                                                                    \
    "{\"SignatureVersion\":\"2\",\"MessageId\":\"22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324\","          \
    "\"TopicArn\":\"arn:aws:sns:us-west-2:123456789012:events\",\"Signature\":"                    \
    "\"Kjt7dH4vctm9BEYOod6b7GOxdeFYNFT0Nh3\\/"                                                     \
    "8UKdSqLDtsZEnfK7D6V179g1lAyg+2IPdXZsEEmD9OYRJ9oXRPU4waX3h0HPyeahnBcaodm4+Y3nr1dlskCWV\\/L\\/" \
    "xLfOR1Eh0vLFxzhjvlC5hxhS9uUEzCVOl192OxuyCvTFiO8RTh1AmRl5CH8LDeIJugtVpqymS9O8vU1rUe+"          \
    "VS6OQR1Ry+f1T4BTx38I8aHrn8P57o5gvSIcCkzVoEvRv+hiM+"                                           \
    "2Oddt9mkGwP92nmQJ1lmp2FVhRPpV6aohkiTSQYcxyt9r4shm2RZijRjuJGQMBj9Nn7qCufBC77flwIP+K0Xw==\","   \
    "\"Message\":\"You have chosen to subscribe …\\nTo confirm, visit the "                      \
    "SubscribeURL.\",\"SigningCertURL\":\"https:\\/\\/sns.us-west-2.amazonaws.com\\/"              \
    "SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem\",\"Timestamp\":\"2026-05-"    \
    "02T00:54:06.655Z\",\"Type\":\"UnsubscribeConfirmation\",\"Token\":\"2336412f37\","            \
    "\"SubscribeURL\":\"https:\\/\\/sns.us-west-2.amazonaws.com\\/"                                \
    "?Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-west-2:123456789012:events&Token="        \
    "2336412f37\"}"

#endif
