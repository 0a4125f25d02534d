/// A service account that exists only here.
enum TestAccount {
    static let email = "keeper@example.iam.gserviceaccount.com"

    /// The key file.
    static var json: String {
        let key = privateKey.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
        return """
            {"type": "service_account", "client_email": "\(email)", "private_key_id": "k1",
             "private_key": "\(key)\\n", "token_uri": "https://example.org/token"}
            """
    }

    /// Made for these tests; opens nothing.
    static let privateKey = """
        -----BEGIN PRIVATE KEY-----
        MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQDb11t2fvnACG5a
        m9jPSiw/brG92ZWqebo6SX7/q69LB0NR3zRqJzjnlw6sxnocOoC9o3wrz43irLVQ
        qxsQGBvWhdONd7HenMwvqoLJrSrsY3YfNgYoem1RQCzEWlpPzzi6/vPlCTl29OAL
        0hRbB3vkQPeJBdtQusYmv9uq5WJROj7arNsIwzwl1Q5MEAt8zF+RY3pCXb0f59Pc
        Tg4X+Yq4UjA6tahOldZCnBpOTzbghf86wJfeqrY1+xSoXEQGJn3WLYfVqIpd8Naf
        9zgoAG6R4GNa8sCSH7je/nRhk49iV/btKZcekIvOgnVHhj+qmIkkHzy+7dOYlPZA
        sdoPeQZJAgMBAAECggEABBRx09fk6imt5JwWULiDbDTxcwDF/IkwSdMh2nxU7ztG
        Bk+yYRLzxSaCRPYU/4+dYoeVbxm1vCJw5fua77hG0fsfUzWItUUrK+pJ7ZS7YnIx
        F8CwqhEllLewbP9xRCBoIN5I5/P9H0ZJnyaJrqvLoo+LGH2llZC1yzPNz5Tct32o
        q5YNeIkwtDN/vRU8A8uM33z5dGC9npl4pHPSCUuOyG5IWX2W5WoHuPB4fP3likQj
        6//h5FNRHB3dTbmVwqtQHgeQ+esQIv4dscbz3+yiK0KCc9d5i6ulpMnUY2Q3ZwNj
        ZdxkooBJq/AIidJ434EtdqMxrpuMqUHjmpH4egvAxQKBgQD2oEbmGkpsGB6fetsQ
        fGWS3tBddH7HNc67/a9IJj0x4tr7AG/v49+PV/EzmJHCzyNz48KeGwFqpk54eg/D
        JiIa1WF6MIZ7BJ8DnNxHuym0ap5iDbBbvWzHVzE8ePLXku3t2gzW+sQ+u9J5W4VR
        huU3vtaVcsdtfMYg2MlPrx59fQKBgQDkMnVPXjRa8U6tay5UZeSviZ19qE+swKqX
        YsI98qnBZMpylBvbrAenD6wFgD+8VaYR3JW0Qtq4PLJczn/4N9NjnXaLGKCZ8LWA
        UJWr4t2MV9eCM4sIxD2jZvjNx1l10/vQTAoSMqdFthWZjS3GT3hjsafvYISjgU2F
        YNdtzMG1vQKBgHnUFvHYDudyyr3RPKHaMXrp4lgoEfBqXiNzX8DuUtBv1eikAKeq
        E2eF87qfJXHsTQEUg7ECeiKq4JyW/25RSgujWLG5gtUGJV7tf8tXY3SiLncVeAb5
        feDC66mJvbxL8ojKbAlOet7afVBBq4vobRaqiOnudyFYv66+KEPap98pAoGAQc8b
        bawpRSDaI8EJN2W7MbRqKtbjQ1q817OveNYGhrNefvSfpBZUjqVCYsO9nb7Fidkn
        gzjUgtVeSs1ysk7HM68xhKOxjTOR5FNZFpzyb4rVp8LdkcWmUP1dO1sGPajIsiV7
        sgvRmZUNXZ8NWGeKvJV7bNlU5yJfDNwExLGMG7ECgYAm4fAzzpQ5JAv7eXtvd33b
        Xhy+6FjwOdrNW5FRt3N5xN8sXy5Zn2XQDfVJY3MYtj2/UA6T1gTd64ZUsbJEknrB
        fsUJ7SSdaoZNeVs0B3LpGwVQy0VTczKa4qRdwrB6SAIljWD984kZavmkcBrZQuj9
        3FTtD2gMv0i5dACphxikCA==
        -----END PRIVATE KEY-----
        """

    static let publicKey = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA29dbdn75wAhuWpvYz0os
        P26xvdmVqnm6Okl+/6uvSwdDUd80aic455cOrMZ6HDqAvaN8K8+N4qy1UKsbEBgb
        1oXTjXex3pzML6qCya0q7GN2HzYGKHptUUAsxFpaT884uv7z5Qk5dvTgC9IUWwd7
        5ED3iQXbULrGJr/bquViUTo+2qzbCMM8JdUOTBALfMxfkWN6Ql29H+fT3E4OF/mK
        uFIwOrWoTpXWQpwaTk824IX/OsCX3qq2NfsUqFxEBiZ91i2H1aiKXfDWn/c4KABu
        keBjWvLAkh+43v50YZOPYlf27SmXHpCLzoJ1R4Y/qpiJJB88vu3TmJT2QLHaD3kG
        SQIDAQAB
        -----END PUBLIC KEY-----
        """
}
