public import Bot
import Cluster
import Service

extension Placement {
    public var jobs: [Job] {
        let jobs = HoldJobs(services: services)
        return [
            Job(
                "reservations_reminder_daily", component: "placement",
                schedule: { .daily(TimeOfDay(hour: ReservationLedger.reminderHour, minute: 0)) },
                catchUp: .until(TimeOfDay(hour: ReservationLedger.releaseHour, minute: 0)),
                registrationLine: "[cron] reservation reminder scheduler started (12:00Z)",
                skippedLine: "reservation reminder skipped (feature disabled)", failureLine: Self.failedJob
            ) { _ in try await Reminder(jobs: jobs).run() },
            Job(
                "reservations_autorelease_daily", component: "placement",
                schedule: { .daily(TimeOfDay(hour: ReservationLedger.releaseHour, minute: 0)) }, catchUp: .sameDay,
                registrationLine: "[cron] reservation auto-release scheduler started (18:00Z)",
                skippedLine: "reservation auto-release skipped (feature disabled)", failureLine: Self.failedJob
            ) { _ in try await AutoRelease(jobs: jobs).run() },
        ]
    }

    private static let failedJob = "reservation job failed"
}
